//! A session on the server, asked by one thread that waits for each answer, and no longer than it
//! is told to.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io::Cursor;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_postgres::error::{DbError, Severity, SqlState};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Connection, Error, Row, RowStream, Statement};

use super::limits::{FAREWELL, Limit, left};
use super::stream::Shared;

/// So much of a copy goes into one message.
const PIECE: usize = 256 * 1024;

/// What comes from the server, whatever it is sent over.
pub(super) trait Messages: Send {
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<AsyncMessage, Error>>>;
}

impl<S, T> Messages for Connection<S, T>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: AsyncRead + AsyncWrite + Unpin + Send,
{
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<AsyncMessage, Error>>> {
        self.poll_message(cx)
    }
}

/// Tells that a server is waited for.
pub(super) type Notice = Arc<dyn Fn() + Send + Sync>;

/// Whether the server answers anybody at this moment.
pub(super) type Knock = Box<dyn Fn() -> bool + Send>;

/// What waits for the messages of one session.
struct Wire {
    /// Taken when it ends, so that nobody waits for a name that is still looked up.
    runtime: Option<Runtime>,
    messages: Option<Box<dyn Messages>>,
    shared: Arc<Shared>,
    limit: Limit,
    notice: Option<Notice>,
    knock: Knock,
    /// A commit was answered before the standby had it.
    unconfirmed: bool,
}

/// A session.
pub(super) struct Client {
    /// Dropped first: without it the messages come to their end.
    client: tokio_postgres::Client,
    wire: Wire,
}

impl Client {
    pub(super) fn new(
        runtime: Runtime,
        (client, messages): (tokio_postgres::Client, Box<dyn Messages>),
        shared: Arc<Shared>,
        notice: Option<Notice>,
        knock: Knock,
    ) -> Self {
        let limit = Limit::Answering(super::limits::CONNECT);
        let messages = Some(messages);
        let wire =
            Wire { runtime: Some(runtime), messages, shared, limit, notice, knock, unconfirmed: false };
        Self { client, wire }
    }

    /// How long the answers to come are waited for.
    pub(super) fn limit(&mut self, limit: Limit) {
        self.wire.limit = limit;
    }

    /// Whether the session is over.
    pub(super) fn is_closed(&self) -> bool {
        self.wire.messages.is_none() || self.client.is_closed()
    }

    /// Whether it is over because nobody waits any more.
    pub(super) fn is_given_up(&self) -> bool {
        self.wire.shared.is_given_up()
    }

    /// The process that the other side names as that of the session.
    pub(super) fn process(&self) -> i32 {
        self.wire.shared.process()
    }

    /// Whether a commit was answered before the standby had it, since this was asked last.
    pub(super) fn take_unconfirmed(&mut self) -> bool {
        std::mem::take(&mut self.wire.unconfirmed)
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.wire.wait(self.client.batch_execute(sql))
    }

    pub(super) fn query(
        &mut self,
        statement: &Statement,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        self.wire.wait(self.client.query(statement, values))
    }

    pub(super) fn query_typed(
        &mut self,
        sql: &str,
        values: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, Error> {
        self.wire.wait(self.client.query_typed(sql, values))
    }

    pub(super) fn execute(
        &mut self,
        statement: &Statement,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        self.wire.wait(self.client.execute(statement, values))
    }

    pub(super) fn execute_typed(
        &mut self,
        sql: &str,
        values: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<u64, Error> {
        self.wire.wait(self.client.execute_typed(sql, values))
    }

    pub(super) fn prepare(&mut self, sql: &str, types: &[Type]) -> Result<Statement, Error> {
        self.wire.wait(self.client.prepare_typed(sql, types))
    }

    /// The rows of a long answer, as they come.
    pub(super) fn stream(
        &mut self,
        sql: &str,
        values: Vec<(&(dyn ToSql + Sync), Type)>,
    ) -> Result<Rows<'_>, Error> {
        let rows = self.wire.wait(self.client.query_typed_raw(sql, values))?;
        Ok(Rows { wire: &mut self.wire, rows: Box::pin(rows) })
    }

    /// Sends rows in the binary form of COPY; how many the server wrote.
    pub(super) fn copy(&mut self, sql: &str, rows: &[u8]) -> Result<u64, Error> {
        let mut sink = Box::pin(self.wire.wait(self.client.copy_in::<_, Cursor<Vec<u8>>>(sql))?);
        for piece in rows.chunks(PIECE) {
            // A failure of the network or the server shows again, with its reason, at the end of
            // the copy.
            if self.wire.wait(sink.send(Cursor::new(piece.to_vec()))).is_err() {
                break;
            }
        }
        self.wire.wait(sink.as_mut().finish())
    }

    /// A wish to stop what the session does, which goes out on a connection of its own.
    pub(super) fn cancellation(&self) -> tokio_postgres::CancelToken {
        self.client.cancel_token()
    }
}

impl Drop for Wire {
    /// Waits for the end of the session: who comes next may be quicker than the server is with it.
    /// Nobody can send anything any more, so the session takes its leave.
    fn drop(&mut self) {
        if let (Some(runtime), Some(messages)) = (&self.runtime, &mut self.messages) {
            let end = poll_fn(|cx| {
                loop {
                    match messages.next(cx) {
                        Poll::Ready(Some(Ok(_))) => {}
                        Poll::Ready(_) => return Poll::Ready(()),
                        Poll::Pending => return Poll::Pending,
                    }
                }
            });
            let _ = runtime.block_on(async { timeout(FAREWELL, end).await });
        }
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("limit", &self.wire.limit).finish_non_exhaustive()
    }
}

impl Wire {
    /// Waits for an answer, within the limit.
    fn wait<T>(&mut self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut answer = pin!(answer);
        let began = Instant::now();
        let mut told = self.notice.is_none();
        let mut slice = self.slice(began, told);
        loop {
            let Some(done) = self.look(answer.as_mut(), slice) else {
                match self.limit {
                    Limit::Until(until, notice) if left(until).is_zero() || notice.is_none() || told => {
                        self.shared.give_up();
                    }
                    Limit::Until(..) => {
                        told = true;
                        if let Some(notice) = &self.notice {
                            notice();
                        }
                    }
                    Limit::Answering(_) if (self.knock)() => {}
                    Limit::Answering(_) => self.shared.give_up(),
                }
                slice = self.slice(began, told);
                continue;
            };
            if self.shared.is_given_up() {
                self.messages = None;
            }
            return done;
        }
    }

    /// How long to wait before something is done about it.
    fn slice(&self, began: Instant, told: bool) -> Duration {
        match self.limit {
            Limit::Until(until, Some(notice)) if !told => left(until).min(left(began + notice)),
            Limit::Until(until, _) => left(until),
            Limit::Answering(wait) => wait,
        }
    }

    /// Follows the messages until the answer is there, or the time is over.
    fn look<T>(
        &mut self,
        mut answer: Pin<&mut impl Future<Output = Result<T, Error>>>,
        slice: Duration,
    ) -> Option<Result<T, Error>> {
        let Self { runtime, messages, unconfirmed, .. } = self;
        let (Some(runtime), Some(connection)) = (runtime, messages.as_mut()) else {
            // Without messages the answer is that the connection is closed.
            let polled = answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            return if let Poll::Ready(done) = polled { Some(done) } else { None };
        };
        let mut ended = false;
        let step = poll_fn(|cx| {
            loop {
                match connection.next(cx) {
                    Poll::Ready(Some(Ok(AsyncMessage::Notice(notice)))) => {
                        *unconfirmed |= is_unconfirmed(&notice);
                    }
                    Poll::Ready(Some(Ok(_))) => {}
                    Poll::Ready(Some(Err(error))) => {
                        ended = true;
                        return Poll::Ready(Err(error));
                    }
                    Poll::Ready(None) | Poll::Pending => break,
                }
            }
            answer.as_mut().poll(cx)
        });
        let done = runtime.block_on(async { timeout(slice, step).await.ok() });
        if ended {
            *messages = None;
        }
        done
    }
}

/// Rows of a long answer.
pub(super) struct Rows<'c> {
    wire: &'c mut Wire,
    rows: Pin<Box<RowStream>>,
}

impl Rows<'_> {
    /// The next one.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Error> {
        let rows = &mut self.rows;
        self.wire.wait(async { rows.next().await.transpose() })
    }
}

/// Whether the server says that it gave up waiting for its synchronous standby: the commit is done
/// there and may be nowhere else. Its words depend on the language of the server, its state is that
/// of any warning, and nothing else warns at a commit.
fn is_unconfirmed(notice: &DbError) -> bool {
    let warning = notice.parsed_severity().is_none_or(|severity| severity == Severity::Warning);
    warning && (*notice.code() == SqlState::WARNING || *notice.code() == SqlState::ADMIN_SHUTDOWN)
}
