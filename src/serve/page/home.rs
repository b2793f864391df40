//! The first page of whoever is signed in.

use super::{Frame, Page};
use crate::serve::viewer::Viewer;
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct Home {
    frame: Frame,
}

pub(super) async fn page(viewer: Viewer) -> Page<Home> {
    Page(Home { frame: Frame::of("Home", viewer) })
}
