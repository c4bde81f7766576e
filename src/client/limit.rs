//! A bucket of tokens: a burst passes at once, what comes after waits for its turn.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::amount::Rate;

/// Lets so many requests start in so long.
#[derive(Debug)]
pub struct Bucket {
    rate: Rate,
    /// When the bucket would be full again if nothing more started.
    full_at: Mutex<Instant>,
}

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: Mutex::new(Instant::now()),
        }
    }

    /// Waits until one more request may start.
    pub async fn take(&self) {
        let wait = self.reserve(Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes one token; how long to wait for it.
    fn reserve(&self, now: Instant) -> Duration {
        let one = self.rate.per / self.rate.requests;
        let mut full_at = match self.full_at.lock() {
            Ok(guard) => guard,
            Err(poisoned) => poisoned.into_inner(),
        };
        *full_at = (*full_at).max(now) + one;
        (*full_at - now).saturating_sub(self.rate.per)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_the_next_waits() {
        let bucket = Bucket::new(Rate {
            requests: 5,
            per: Duration::from_secs(10),
        });
        let now = Instant::now();
        for _ in 0..5 {
            assert_eq!(bucket.reserve(now), Duration::ZERO);
        }
        assert_eq!(bucket.reserve(now), Duration::from_secs(2));
        assert_eq!(
            bucket.reserve(now + Duration::from_secs(20)),
            Duration::ZERO
        );
    }
}
