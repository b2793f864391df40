//! The browser of whoever sits at this machine.

use std::fs::{OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::process::{Command, Stdio};
use tempfile::{Builder, TempDir};

/// What leads the browser on, where there is a screen: gone when this is dropped.
pub(super) struct Opened {
    _page: Option<TempDir>,
}

/// Opens an address where there is a screen; an error where there is one and no browser could be started.
///
/// Everybody on a machine can read the arguments of every program, and these addresses let in whoever has them: so the browser is given
/// a file that nobody else can read, and the file leads on.
pub(super) fn open(url: &str) -> io::Result<Opened> {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|it| std::env::var_os(it).is_some_and(|it| !it.is_empty()));
    if !screen {
        return Ok(Opened { _page: None });
    }
    let folder = Builder::new().prefix("acquaint-open-").permissions(Permissions::from_mode(0o700)).tempdir()?;
    let page = folder.path().join("acquaint.html");
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&page)?.write_all(leading(url).as_bytes())?;
    Command::new("xdg-open").arg(&page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    Ok(Opened { _page: Some(folder) })
}

/// A page that leads on at once, with a link where a browser does not.
fn leading(url: &str) -> String {
    let url = url.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Acquaint</title><meta name=\"referrer\" content=\"no-referrer\">\
         <meta http-equiv=\"refresh\" content=\"0;url={url}\"><p><a href=\"{url}\">Go on</a></p></html>\n"
    )
}
