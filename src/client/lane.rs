//! How many requests are under way at once.
//!
//! As many as a run has jobs, until the portal refuses some of them for being too many: then half of that, down to
//! one after the other. What is sent once more to find out whether it is let in goes around them: all that is on the
//! wire is counted in `transport.rs`, where one request may go alone.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Places for requests that are under way.
#[derive(Debug)]
pub(super) struct Lanes {
    free: Semaphore,
    count: AtomicUsize,
}

impl Lanes {
    /// So many; one at least.
    pub(super) fn new(count: usize) -> Self {
        let count = count.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            free: Semaphore::new(count),
            count: AtomicUsize::new(count),
        }
    }

    /// A place, once one is free, for as long as the answer is kept.
    pub(super) async fn take(&self) -> Option<SemaphorePermit<'_>> {
        self.free.acquire().await.ok()
    }

    /// Leaves half of them, once as many are free as are given up.
    pub(super) async fn narrow(&self) {
        let count = self.count.load(Ordering::Relaxed);
        let given_up = count / 2;
        if let Ok(given_up) = u32::try_from(given_up)
            && let Ok(permits) = self.free.acquire_many(given_up).await
        {
            permits.forget();
        }
        self.count.store(count - given_up, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lanes_are_halved_until_one_is_left() {
        let lanes = Lanes::new(6);
        for left in [6, 3, 2, 1, 1] {
            let mut taken = Vec::new();
            while lanes.free.available_permits() > 0 {
                taken.push(lanes.take().await);
            }
            assert_eq!(taken.len(), left);
            drop(taken);
            lanes.narrow().await;
        }
        assert_eq!(Lanes::new(0).free.available_permits(), 1);
    }
}
