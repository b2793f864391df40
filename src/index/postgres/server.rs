//! The way to the server: connections with threads of their own, so that whoever looks people up, on any thread, waits for an answer
//! and for nothing else.

use crate::index::IndexError;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Postgres};
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::str::FromStr;
use std::sync::mpsc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How many parts the large tables are cut into: slots 0 to 15, which the migration makes.
pub(super) const SLOTS: u32 = 16;

/// How long to wait for a connection: a server that is restarted is back by then.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long an answer to a look-up is waited for: half as long as a run keeps its claim without a sign of life, which it cannot give
/// meanwhile. A network that swallows what is asked would have it wait for ever.
pub(super) const ANSWER: Duration = Duration::from_secs(30);

/// The same for a commit of the writer, which has much to say.
const COMMIT: Duration = Duration::from_secs(30 * 60);

/// How long a connection that comes back may take to say that it is well. One that does not is not used again.
const CHECK: Duration = Duration::from_secs(5);

/// What we ask of the server for each connection. A generic plan, because statements are asked again and again with lists of one
/// length, and a plan for each would cost as much as the answer. The rest, so that a writer that stands still, or cannot be reached,
/// gives the index up, and that nobody's statement goes on after whoever asked has left.
const MANNERS: [(&str, &str); 7] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("statement_timeout", "10min"),
    ("idle_in_transaction_session_timeout", "10min"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "60000"),
];

/// Connections and the threads that serve them.
pub(super) struct Server {
    options: PgConnectOptions,
    pool: PgPool,
    /// How long an answer is waited for.
    answer: Duration,
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl Server {
    /// Connects when it is first asked.
    pub(super) fn at(url: &str, answer: Duration) -> Result<Self, IndexError> {
        let options = PgConnectOptions::from_str(url).map_err(|_| IndexError::Database("its URL cannot be read".into()))?;
        let options = options.application_name("acquaint index").options(MANNERS);
        let options = options.disable_statement_logging();
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let runtime = Builder::new_multi_thread().worker_threads(threads).thread_name("index").enable_all().build();
        let runtime = runtime.map_err(|error| IndexError::Database(error.kind().to_string()))?;
        let most = u32::try_from(threads).unwrap_or(u32::MAX).saturating_mul(2);
        let inside = runtime.enter();
        let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(PATIENCE).after_release(|it, _| Box::pin(is_well(it)));
        let pool = pool.connect_lazy_with(options.clone());
        drop(inside);
        Ok(Self { options, pool, answer, runtime: Some(runtime) })
    }

    /// The connections, for statements without slots.
    pub(super) fn pool(&self) -> PgPool {
        self.pool.clone()
    }

    /// A connection of one's own.
    pub(super) fn connect(&self) -> Result<PgConnection, IndexError> {
        let options = self.options.clone();
        self.wait(async move { options.connect().await })
    }

    /// The rows of a statement.
    pub(super) fn rows(&self, asked: Asked) -> Result<Vec<PgRow>, IndexError> {
        let pool = self.pool.clone();
        self.wait(async move { asked.query().fetch_all(&pool).await })
    }

    /// Does the writer's work on this thread, which must not be an async one, and waits for it.
    pub(super) fn block_on<T>(&self, work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, IndexError> {
        let Some(runtime) = &self.runtime else { return Err(stopped()) };
        runtime.block_on(within(COMMIT, work)).map_err(|error| error_of(&error))
    }

    /// Does the work on the threads that speak with the server, and waits for its answer.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
    ) -> Result<T, IndexError> {
        self.wait_for_many(within(self.answer, work))
    }

    /// The same for work that limits the wait for each row by itself, with [`Server::answer`].
    pub(super) fn wait_for_many<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
    ) -> Result<T, IndexError> {
        let (sender, answer) = mpsc::sync_channel(1);
        let Some(runtime) = &self.runtime else { return Err(stopped()) };
        runtime.spawn(async move {
            // Whoever asked may be gone.
            let _heard = sender.send(work.await);
        });
        answer.recv().map_err(|_| stopped())?.map_err(|error| error_of(&error))
    }

    /// How long one answer is waited for.
    pub(super) fn answer(&self) -> Duration {
        self.answer
    }
}

/// Waits for an answer, and not for ever.
pub(super) async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())))
}

/// Asked of a connection that was given back, whose last answer may not have come.
async fn is_well(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    within(CHECK, connection.ping()).await.map(|()| true)
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Dropping one inside of another is not allowed.
            runtime.shutdown_background();
        }
    }
}

/// A statement with what it asks for in each slot.
#[derive(Clone)]
pub(super) struct Asked {
    text: String,
    lists: Vec<Vec<i64>>,
}

impl Asked {
    /// The statement, which names `{slot}` and `{asked}`, for each slot in which something is asked: the others are not touched.
    /// None when nothing is asked.
    pub(super) fn of(statement: &str, asked: impl IntoIterator<Item = (u32, i64)>) -> Option<Self> {
        let slots = by_slot(asked);
        let one = |(place, slot): (usize, &u32)| {
            statement.trim_end().replace("{slot}", &slot.to_string()).replace("{asked}", &format!("${}", place + 1))
        };
        let texts: Vec<String> = slots.keys().enumerate().map(one).collect();
        (!texts.is_empty()).then(|| Self { text: texts.join("\nUNION ALL\n"), lists: slots.into_values().collect() })
    }

    /// The query, to be run.
    pub(super) fn query(self) -> sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text)); // Made of our own files and of numbers.
        self.lists.into_iter().fold(query, |query, it| query.bind(it))
    }
}

/// What is asked, slot by slot, in order.
pub(super) fn by_slot(asked: impl IntoIterator<Item = (u32, i64)>) -> BTreeMap<u32, Vec<i64>> {
    let mut slots: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    asked.into_iter().for_each(|(slot, it)| slots.entry(slot).or_default().push(it));
    slots.values_mut().for_each(|it| {
        it.sort_unstable();
        it.dedup();
    });
    slots
}

fn stopped() -> IndexError {
    IndexError::Database("its connection was stopped".into())
}

/// The server's messages are not kept; its SQLSTATE codes are those of the manual's appendix A.
fn error_of(error: &sqlx::Error) -> IndexError {
    IndexError::Database(match error {
        sqlx::Error::Database(inner) => match &*inner.code().unwrap_or_default() {
            "42P01" => return IndexError::Unusable("its tables are missing"),
            "55P03" => return IndexError::Busy,
            "53100" => "the server's disk is full".into(),
            code => format!("SQLSTATE {code}"),
        },
        sqlx::Error::PoolTimedOut => format!("the server gives no connection within {} seconds", PATIENCE.as_secs()),
        sqlx::Error::Io(error) => format!("the server cannot be reached ({})", error.kind()),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => return IndexError::Unusable("its rows cannot be read"),
        _ => "the server stopped answering".into(),
    })
}
