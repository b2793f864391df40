//! What every verb is handed: where to print, and the rooms, opened when a verb needs them.

use super::{Exit, Failure, Global, Output};
use crate::access::{self, Account};
use crate::config::{Flags, IndexIn, Settings};
use crate::index::{Place, ProfileIndex};
use crate::lever::Lever;
use crate::matching::{Matcher, Weights};
use crate::model::{Millis, TenantName};
use crate::profiles;
use crate::resume::Readers;
use crate::schedule::{Alerts, House};
use crate::secrets::{MasterKey, Secret, read_secret_file};
use crate::store::{self, Connection, Location, Store, StoreError, Tenant};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The global flags, where to print, and the way to the rooms.
pub struct Context {
    /// Data to stdout, notes to stderr.
    pub output: Output,
    global: Global,
    settings: OnceLock<Settings>,
}

impl Context {
    pub(super) fn new(global: Global, output: Output) -> Self {
        Self { output, global, settings: OnceLock::new() }
    }

    pub(super) fn global(&self) -> &Global {
        &self.global
    }

    /// Flags, environment and file together; read once.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn settings(&self) -> Result<&Settings, Failure> {
        if let Some(known) = self.settings.get() {
            return Ok(known);
        }
        let Global { data_dir, database_url, config, .. } = self.global.clone();
        let settings = Settings::gather(&Flags { data_dir, database_url, config }, &|name| std::env::var_os(name))?;
        Ok(self.settings.get_or_init(|| settings))
    }

    /// The data directory, made when it is not there and closed to other users.
    ///
    /// # Errors
    /// When it is a file, or cannot be made.
    pub fn data_dir(&self) -> Result<PathBuf, Failure> {
        use std::os::unix::fs::DirBuilderExt;
        let folder = self.settings()?.data_dir.clone();
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map(|()| folder.clone()).map_err(|error| {
            let place = folder.display();
            let (code, what, fix) = match error.kind() {
                ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
                    (Exit::Usage, "is or lies in a file".into(), "name a folder with --data-dir")
                }
                kind => (Exit::Internal, format!("cannot be made: {kind}"), "make it writable, or name another folder with --data-dir"),
            };
            Failure::new(code, format!("the data directory {place} {what}"), "nothing was done", fix)
        })
    }

    /// The store, its schema up to date.
    ///
    /// # Errors
    /// As [`Context::data_dir`], and what the store says.
    pub async fn store(&self) -> Result<Arc<dyn Store>, Failure> {
        let settings = self.settings()?;
        if matches!(settings.database, Location::Embedded(_)) {
            self.data_dir()?;
        }
        Ok(store::open(&settings.database).await?)
    }

    /// Shortens the database's own log once the work is done and told. What fails here undoes nothing.
    pub(super) async fn tidy(&self, store: &dyn Store) -> Exit {
        let error = match store.tidy().await {
            Ok(()) => return Exit::Ok,
            Err(StoreError::Busy(_)) => {
                self.output.note("another program reads the database; what is left in its log goes with the next run or import");
                return Exit::Ok;
            }
            Err(error) => error,
        };
        let fix = Failure::from(error).fix;
        let what = "the work is done, and the database could not be tidied after it";
        self.output.failure(&Failure::new(Exit::Internal, what, "what was written stands, and is whole", fix))
    }

    /// The master key; made when none was given, none is there, and the store is this machine's own.
    ///
    /// # Errors
    /// What is wrong with the key or its file.
    pub fn master_key(&self) -> Result<MasterKey, Failure> {
        Ok(MasterKey::load(&self.settings()?.key)?)
    }

    /// Seals a Lever key for a tenant.
    ///
    /// # Errors
    /// As [`Context::master_key`].
    pub fn seal_lever_key(&self, tenant: &TenantName, key: &Secret) -> Result<Vec<u8>, Failure> {
        Ok(access::seal_lever_key(&self.master_key()?, tenant, key))
    }

    /// Makes and seals a tenant's own secret for keyed hashes.
    ///
    /// # Errors
    /// As [`Context::master_key`].
    pub fn seal_new_secret(&self, tenant: &TenantName) -> Result<Vec<u8>, Failure> {
        Ok(access::seal_new_secret(&self.master_key()?, tenant))
    }

    /// A tenant's own secret for keyed hashes.
    ///
    /// # Errors
    /// As [`Context::master_key`], and when it was sealed with another.
    pub fn tenant_secret(&self, tenant: &Tenant) -> Result<Secret, Failure> {
        Ok(access::tenant_secret(&self.master_key()?, tenant)?)
    }

    /// The same, sealed, to be stored beside a new key. Where the master key was lost, the secret is lost with it, and begins anew.
    ///
    /// # Errors
    /// As [`Context::master_key`].
    pub fn kept_secret(&self, tenant: &Tenant) -> Result<Vec<u8>, Failure> {
        match self.tenant_secret(tenant) {
            Ok(_) => Ok(tenant.sealed_secret.clone()),
            Err(_) => self.seal_new_secret(&tenant.name),
        }
    }

    /// A tenant's account and connection where it is connected by OAuth; asks nothing yet.
    ///
    /// # Errors
    /// As [`Context::master_key`], and when the tenant's app was sealed with another.
    pub async fn account(&self, store: &Arc<dyn Store>, tenant: &Tenant) -> Result<Option<(Account, Connection)>, Failure> {
        Ok(access::account(store, self.master_key()?, tenant).await?)
    }

    /// A client for a tenant's Lever account; asks nothing yet.
    ///
    /// # Errors
    /// As [`Context::master_key`], and when the tenant's key was sealed with another.
    pub async fn lever(&self, store: &Arc<dyn Store>, tenant: &Tenant) -> Result<Lever, Failure> {
        Ok(access::lever(store, &self.settings()?.key, tenant).await?)
    }

    /// The matcher: with the weights of this file, else of the `weights` setting, else those that the program ships.
    ///
    /// # Errors
    /// When the file cannot be read, or is not one of weights.
    pub fn matcher(&self, weights: Option<&Path>) -> Result<Matcher, Failure> {
        let Some(file) = weights.or(self.settings()?.weights.as_deref()) else { return Ok(Matcher::shipped()) };
        let wrong = |what: String| {
            let what = format!("the weights in {} cannot be used: {what}", file.display());
            Failure::new(Exit::Usage, what, "nothing was matched", "make them with `acquaint train --out FILE`")
        };
        let text = std::fs::read_to_string(file).map_err(|it| wrong(it.kind().to_string()))?;
        Ok(Matcher::new(Weights::parse(&text).map_err(wrong)?))
    }

    /// The index, in step with the store.
    ///
    /// # Errors
    /// As [`Context::data_dir`], and what the index says.
    pub async fn index(&self, store: &dyn Store) -> Result<ProfileIndex, Failure> {
        let bar = self.output.progress("profiles indexed", Some(0));
        let told = &mut |it| {
            if let profiles::Progress::Indexing { done, of } = it {
                bar.set(done, of);
            }
        };
        let index = profiles::open_index(store, &self.index_place()?, told).await;
        bar.end();
        Ok(index?)
    }

    /// This program, which also reads résumés as its own contained child.
    ///
    /// # Errors
    /// When the system does not tell where it lies.
    pub fn program(&self) -> Result<PathBuf, Failure> {
        std::env::current_exe().map_err(|error| {
            let what = format!("the system does not tell where this program lies: {}", error.kind());
            Failure::new(Exit::Internal, what, "résumés could not be read", "start it by its full path")
        })
    }

    /// The rooms that nights of any tenant work with, for [`crate::schedule::work`].
    ///
    /// # Errors
    /// As [`Context::matcher`] and [`Context::data_dir`].
    pub fn house(&self, store: &Arc<dyn Store>) -> Result<House, Failure> {
        let (keys, readers) = (self.settings()?.key.clone(), Readers::new(self.program()?, 2));
        let house = House::new(Arc::clone(store), keys, self.matcher(None)?, readers, self.index_place()?);
        Ok(house.showing(self.settings()?.profile_url.clone()).telling(self.alerts()?).patient(self.settings()?.patience))
    }

    /// Where alerts go, when they go anywhere.
    ///
    /// # Errors
    /// When the file of their secret cannot be read.
    pub fn alerts(&self) -> Result<Option<Alerts>, Failure> {
        self.settings()?.alerts.as_ref().map(|(url, file)| alerts(url, file)).transpose()
    }

    /// Returns when someone asks the program to stop (Ctrl-C, SIGTERM).
    pub async fn interrupted(&self) {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }

    /// Whether a flag says where data is kept, or the environment names a data directory.
    #[must_use]
    pub fn chose_place(&self) -> bool {
        let Global { data_dir, database_url, config, .. } = &self.global;
        data_dir.is_some()
            || database_url.is_some()
            || config.is_some()
            || std::env::var_os("ACQUAINT_DATA_DIR").is_some_and(|it| !it.is_empty())
    }

    /// A context with everything in one folder, its master key too; no file of settings is read.
    #[must_use]
    pub fn inside(&self, folder: &Path) -> Self {
        let output = Output::new(self.global.json, self.global.quiet);
        Self { output, global: self.global.clone(), settings: Settings::inside(folder).into() }
    }

    /// Where the index is.
    ///
    /// # Errors
    /// As [`Context::data_dir`] or, for one in PostgreSQL, as [`Context::master_key`].
    pub fn index_place(&self) -> Result<Place, Failure> {
        match (&self.settings()?.index, &self.settings()?.database) {
            (IndexIn::Database, Location::Postgres(url)) => {
                Ok(Place::Database { url: url.clone(), key: Arc::new(self.master_key()?.index_key()) })
            }
            _ => Ok(Place::Folder(self.index_dir()?)),
        }
    }

    /// Where the index lies when it lies on this machine.
    ///
    /// # Errors
    /// As [`Context::data_dir`].
    pub fn index_dir(&self) -> Result<PathBuf, Failure> {
        Ok(self.data_dir()?.join("index"))
    }

    /// The wall clock: read here, so that every room can be given its time.
    #[must_use]
    pub fn now(&self) -> Millis {
        Millis(chrono::Utc::now().timestamp_millis())
    }
}

fn alerts(url: &url::Url, secret: &Path) -> Result<Alerts, Failure> {
    let secret = read_secret_file(secret)?;
    Alerts::new(url.clone(), &secret).map_err(|_| {
        Failure::new(Exit::Internal, "HTTPS does not work on this machine", "nothing was done", "install the package `ca-certificates`")
    })
}
