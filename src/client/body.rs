//! Bodies, read within bounds: one of them by size and time, all of them together by size.
//!
//! Small bodies pass freely. A body that grows needs the slot for large ones, and there is one: so the
//! memory of a run does not grow with the number of requests under way.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::client::decode::{decode, is_coded, too_many};
use crate::client::{Clue, Failure, FailureKind};

/// Bodies up to this size, in bytes, need no slot.
const SMALL: usize = 256 * 1024;

/// So much memory is taken at once for a body that says how long it is, in bytes; more as it comes, as a
/// length is nothing but a promise.
const FORESEEN: usize = 64 * 1024 * 1024;

/// A longer time is none that a clock can add.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// The slot for large bodies: one at a time.
#[derive(Debug, Clone)]
pub(super) struct Slot(Arc<Semaphore>);

/// Keeps the slot taken until it is dropped; small bodies have none.
#[derive(Debug, Default)]
pub(super) struct Held(Option<OwnedSemaphorePermit>);

/// When an answer must be complete.
#[derive(Debug)]
pub(super) struct Deadline {
    at: Instant,
    allowed: Duration,
}

impl Slot {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }

    async fn hold(&self, held: &mut Held, deadline: &mut Deadline) {
        if held.0.is_none() {
            let since = Instant::now();
            held.0 = Arc::clone(&self.0).acquire_owned().await.ok();
            // The wait is ours, not the portal's.
            deadline.at += since.elapsed();
        }
    }
}

/// How a time that is over is told, to the millisecond.
pub(super) fn passed(time: Duration) -> String {
    let seconds = time.saturating_add(Duration::from_micros(500)).as_millis();
    let (whole, rest) = (seconds / 1000, format!("{:03}", seconds % 1000));
    match rest.trim_end_matches('0') {
        "" => format!("{whole} s passed"),
        rest => format!("{whole}.{rest} s passed"),
    }
}

impl Deadline {
    pub(super) fn after(allowed: Duration) -> Self {
        Self {
            at: Instant::now() + allowed.min(LONGEST),
            allowed,
        }
    }

    /// Waits for work, but not beyond the deadline.
    pub(super) async fn of<T>(
        &self,
        status: Option<u16>,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        let late = |_| Failure {
            kind: FailureKind::Timeout,
            status,
            message: passed(self.allowed),
            clue: None,
        };
        tokio::time::timeout_at(self.at, work).await.map_err(late)
    }
}

/// Reads a body to its end and undoes its codings; at most `limit` bytes before and after.
pub(super) async fn read(
    answer: &mut http::Response<Incoming>,
    codings: &[String],
    limit: usize,
    slot: &Slot,
    deadline: &mut Deadline,
    failed: impl Fn(hyper::Error) -> Failure,
) -> Result<(Vec<u8>, Held), Failure> {
    let status = Some(answer.status().as_u16());
    let broken = |(kind, message)| Failure {
        kind,
        status,
        message,
        clue: (kind == FailureKind::TooLarge).then_some(Clue::BodyLimit),
    };
    let too_large = || broken((FailureKind::TooLarge, too_many(limit)));
    let body_of = answer.body_mut();
    let length = body_of.size_hint().exact();
    let length = length.and_then(|length| usize::try_from(length).ok());
    if length.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut held = Held::default();
    let mut body = Vec::new();
    while let Some(frame) = deadline.of(status, body_of.frame()).await? {
        // Trailers say nothing of the body.
        let Ok(chunk) = frame.map_err(&failed)?.into_data() else {
            continue;
        };
        let size = body.len() + chunk.len();
        if size > limit {
            return Err(too_large());
        }
        if size > SMALL && held.0.is_none() {
            slot.hold(&mut held, deadline).await;
            let foreseen = length.map_or(size, |length| length.min(FORESEEN));
            body.reserve_exact(foreseen.max(size) - body.len());
        }
        body.extend_from_slice(&chunk);
    }
    if !is_coded(codings) {
        return Ok((body, held));
    }
    // A small body may hide a large one, so it is looked at before the slot is taken.
    match decode(codings, &body, limit.min(SMALL), deadline.at.into_std()) {
        Err((FailureKind::TooLarge, _)) if limit > SMALL => {
            slot.hold(&mut held, deadline).await;
            let until = deadline.at.into_std();
            let body = decode(codings, &body, limit, until).map_err(broken)?;
            Ok((body, held))
        }
        small => Ok((small.map_err(broken)?, held)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_over_is_told_to_the_millisecond() {
        for (seconds, told) in [
            (2.699_999_809, "2.7 s passed"),
            (5.0, "5 s passed"),
            (0.05, "0.05 s passed"),
            (0.999_9, "1 s passed"),
        ] {
            assert_eq!(passed(Duration::from_secs_f64(seconds)), told);
        }
    }
}
