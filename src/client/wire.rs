//! The bytes of a connection, and what of an answer has come so far.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::client::head::MAX_HEAD;

/// So much is read before an answer's head is complete: as much as a head may have, and as much as is read
/// ahead of a body. Interim answers without end (RFC 9110, 15.2) have more, and take all time there is.
const MAX_BEFORE_ANSWER: usize = 2 * MAX_HEAD;

/// A connection of whatever kind.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A connection of whatever kind, through a proxy or not, under TLS or not.
pub(super) type Stream = Box<dyn Wire>;

/// What has come of the answer that is waited for.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    head: Vec<u8>,
    /// How much has come, kept or not.
    length: usize,
    listens: bool,
}

impl Heard {
    /// An answer is waited for: nothing has come of it.
    pub(super) fn begin(&self) {
        let mut noted = self.noted();
        noted.head.clear();
        noted.length = 0;
        noted.listens = true;
    }

    /// The head has come: what follows is not kept.
    pub(super) fn end(&self) {
        let mut noted = self.noted();
        noted.head = Vec::new();
        noted.listens = false;
    }

    /// Whether not a byte has come.
    pub(super) fn is_silent(&self) -> bool {
        self.noted().head.is_empty()
    }

    /// What has come, as much as is read of a head.
    pub(super) fn head(&self) -> Vec<u8> {
        self.noted().head.clone()
    }

    /// Whether more has come than any answer has before its head is complete.
    fn is_flooded(&self) -> bool {
        let noted = self.noted();
        noted.listens && noted.length > MAX_BEFORE_ANSWER
    }

    fn note(&self, bytes: &[u8]) {
        let mut noted = self.noted();
        if noted.listens {
            noted.length += bytes.len();
            let room = MAX_HEAD.saturating_sub(noted.head.len());
            noted.head.extend(&bytes[..bytes.len().min(room)]);
        }
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that notes what comes.
pub(super) struct Tapped {
    pub(super) stream: Stream,
    pub(super) heard: Heard,
}

impl AsyncRead for Tapped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Nobody reads on: the request ends when its time has passed.
        if self.heard.is_flooded() {
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.heard.note(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tapped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
