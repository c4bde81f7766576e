//! Whether a portal serves fewer connections at once than are made to it.
//!
//! A server with few workers that keeps its connections leaves the others alone, without a byte, until one of those
//! ends. What got nothing on such a connection is asked once more with nothing else under way.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What is known of how many connections a portal serves.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    served_alone: AtomicUsize,
    is_vain: AtomicBool,
}

impl Crowd {
    /// Whether it may help to ask with nothing else under way: it has never been in vain.
    pub(super) fn may_help(&self) -> bool {
        !self.is_vain.load(Ordering::Relaxed)
    }

    /// A request was sent once more with nothing else under way, and answered or not.
    pub(super) fn note(&self, is_answered: bool) {
        if is_answered {
            self.served_alone.fetch_add(1, Ordering::Relaxed);
        } else {
            self.is_vain.store(true, Ordering::Relaxed);
        }
    }

    /// How many requests were answered only so; from the first on, all go one after the other.
    pub(super) fn served_alone(&self) -> usize {
        self.served_alone.load(Ordering::Relaxed)
    }
}
