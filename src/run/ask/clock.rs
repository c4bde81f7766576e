//! The clock of a run, which ticks whenever a question is asked or answered.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When each tick was.
#[derive(Debug, Default)]
pub(super) struct Clock(Mutex<Vec<Instant>>);

impl Clock {
    /// Ticks; how often it had ticked before.
    pub(super) fn tick(&self) -> usize {
        let mut ticks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ticks.push(Instant::now());
        ticks.len() - 1
    }

    /// The first tick that was no longer before another one than this: what lies before it is older.
    pub(super) fn back(&self, from: usize, by: Duration) -> usize {
        let ticks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = ticks.get(from).and_then(|from| from.checked_sub(by));
        moment.map_or(0, |moment| {
            ticks.partition_point(|tick| *tick < moment).min(from)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_lies_as_far_back_as_it_is_said() {
        let clock = Clock::default();
        let now = Instant::now();
        let after = |seconds| now + Duration::from_secs(seconds);
        *clock.0.lock().unwrap() = [0, 5, 10, 15, 20].map(after).to_vec();
        for (by, expected) in [(0, 4), (4, 4), (5, 3), (6, 3), (12, 2), (20, 0), (999, 0)] {
            let by = Duration::from_secs(by);
            assert_eq!(clock.back(4, by), expected, "{by:?}");
        }
        assert_eq!(clock.back(4, Duration::MAX), 0);
        assert_eq!(clock.tick(), 5);
    }
}
