//! When a run gives up on a portal: time and bytes lost on answers that do not come are bounded.
//!
//! In comes every exchange as it ends, out comes a reason to stop asking, where there is one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::client::{Clue, Exchange, FailureKind};

/// How many request timeouts a run loses on a portal that has answered nothing yet.
const MAX_LOST_IN_SILENCE: f64 = 2.0;
/// How many it loses on one that answers other requests.
const MAX_LOST: f64 = 4.0;
/// Clocks are read a little early or late: by which part of a timeout.
const TOLERANCE: f64 = 0.1;
/// How many answers of a kind are seen before all are taken to be of that kind.
const ENOUGH: usize = 3;

/// Why the rest was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// No answer was complete in time.
    Silent,
    /// Too much time was lost on answers that were not complete in time.
    Lost(Duration),
    /// Every answer was larger than is read.
    TooLarge,
    /// Every answer was "later".
    Limited,
    /// The run had no more time.
    OutOfTime {
        /// How much it had.
        time: Duration,
        /// How much of it requests were held back, as the portal asked for.
        waited: Duration,
    },
    /// Somebody wanted an end.
    Stopped,
    /// This process could open no more connections.
    Descriptors,
    /// No more connections were taken.
    Gone,
    /// What came from some moment on was none of the API's answers.
    Barred,
    /// All that must succeed was answered alike, and by something else than the API.
    Alike,
    /// The requests came too fast, after so long a wait as well.
    TooFast(Duration),
    /// So many findings were sure, which is as many as were wanted.
    Failures(usize),
}

/// Watches how the answers of a run end.
#[derive(Debug)]
pub(super) struct Watch {
    /// How long one request may take.
    timeout: Duration,
    endings: Mutex<Endings>,
    halted: Notify,
}

#[derive(Debug, Default)]
struct Endings {
    complete: usize,
    timeouts: usize,
    too_large: usize,
    limited: usize,
    /// Connections that were refused since the last answer.
    refused: usize,
    /// Answers to questions that must succeed and speak of something else than the client's pace.
    unlimited: usize,
    /// Time in which some request waited in vain; requests side by side lose it once.
    lost: Duration,
    lost_until: Option<Instant>,
    halt: Option<Halt>,
}

impl Watch {
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            endings: Mutex::default(),
            halted: Notify::new(),
        }
    }

    /// Why nothing more should be asked, where that is so.
    pub(super) fn halt(&self) -> Option<Halt> {
        self.endings().halt
    }

    /// Takes note of an exchange that ended just now.
    pub(super) fn note(&self, exchange: &Exchange, must_succeed: bool) {
        let mut endings = self.endings();
        match &exchange.outcome {
            Ok(response) => {
                endings.complete += 1;
                endings.refused = 0;
                if response.limits_pace {
                    endings.limited += 1;
                } else if must_succeed {
                    endings.unlimited += 1;
                }
            }
            Err(failure) if failure.kind == FailureKind::TooLarge => endings.too_large += 1,
            Err(failure) if failure.clue == Some(Clue::Descriptors) => {
                endings.halt.get_or_insert(Halt::Descriptors);
            }
            Err(failure) if failure.kind == FailureKind::Connect => endings.refused += 1,
            Err(_) => endings.lose(exchange.elapsed, Instant::now()),
        }
        if exchange.is_late() {
            endings.timeouts += 1;
        }
        endings.halt = endings.halt.or_else(|| endings.judge(self.timeout));
        if endings.halt.is_some() {
            self.halted.notify_one();
        }
    }

    /// Whether one more answer that does not come in time is no reason to stop.
    pub(super) fn may_lose_more(&self) -> bool {
        let lost = self.endings().lost.as_secs_f64() / self.timeout.as_secs_f64();
        lost + 1.0 + TOLERANCE < MAX_LOST
    }

    /// Stops asking, whatever else comes.
    pub(super) fn stop(&self, why: Halt) {
        self.endings().halt.get_or_insert(why);
        self.halted.notify_one();
    }

    /// Lets nothing more be asked, and what is under way end.
    pub(super) fn end(&self, why: Halt) {
        self.endings().halt.get_or_insert(why);
    }

    /// Returns once nothing more should be asked.
    pub(super) async fn halted(&self) {
        self.halted.notified().await;
    }

    fn endings(&self) -> MutexGuard<'_, Endings> {
        self.endings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Endings {
    fn lose(&mut self, elapsed: Duration, now: Instant) {
        let fresh = self
            .lost_until
            .map_or(elapsed, |until| elapsed.min(now - until.min(now)));
        self.lost += fresh;
        self.lost_until = Some(now);
    }

    fn judge(&self, timeout: Duration) -> Option<Halt> {
        let lost = self.lost.as_secs_f64() / timeout.as_secs_f64() + TOLERANCE;
        if self.complete == 0 && self.timeouts >= ENOUGH && lost >= MAX_LOST_IN_SILENCE {
            Some(Halt::Silent)
        } else if self.refused >= ENOUGH {
            Some(Halt::Gone)
        } else if lost >= MAX_LOST {
            Some(Halt::Lost(self.lost))
        } else if self.complete == 0 && self.too_large >= ENOUGH {
            Some(Halt::TooLarge)
        } else if self.unlimited == 0 && self.limited >= ENOUGH {
            Some(Halt::Limited)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests_support::{self, response};

    const TIMEOUT: Duration = Duration::from_secs(10);

    fn exchange(outcome: Result<u16, FailureKind>, elapsed: Duration) -> Exchange {
        let outcome = outcome.map(|status| response(status, ""));
        Exchange {
            elapsed,
            ..tests_support::exchange(outcome.map_err(tests_support::failure))
        }
    }

    #[test]
    fn time_lost_side_by_side_is_lost_once() {
        let mut endings = Endings::default();
        let now = Instant::now() + Duration::from_secs(100);
        for _ in 0..16 {
            endings.lose(TIMEOUT, now);
        }
        assert_eq!(endings.lost, TIMEOUT);
        endings.lose(TIMEOUT, now + TIMEOUT);
        assert_eq!(endings.lost, 2 * TIMEOUT);
        endings.lose(Duration::from_secs(1), now + 5 * TIMEOUT);
        assert_eq!(endings.lost, 2 * TIMEOUT + Duration::from_secs(1));
    }

    #[test]
    fn silence_ends_a_run_sooner_than_answers_that_hang() {
        let endings = |complete, timeouts, lost: f64| Endings {
            complete,
            timeouts,
            lost: TIMEOUT.mul_f64(lost),
            ..Endings::default()
        };
        assert_eq!(endings(0, 1, 1.0).judge(TIMEOUT), None);
        assert_eq!(endings(0, 17, 2.0).judge(TIMEOUT), Some(Halt::Silent));
        assert_eq!(endings(9, 3, 3.0).judge(TIMEOUT), None);
        assert!(matches!(
            endings(9, 4, 4.0).judge(TIMEOUT),
            Some(Halt::Lost(_))
        ));
    }

    #[test]
    fn a_reason_to_stop_is_none_before_it_is_complete() {
        let endings = |complete, timeouts, lost: f64| Endings {
            complete,
            timeouts,
            lost: TIMEOUT.mul_f64(lost),
            ..Endings::default()
        };
        for (endings, expected) in [
            (endings(0, 2, 2.0), None),
            (endings(0, 3, 1.8), None),
            (endings(0, 3, 1.95), Some(Halt::Silent)),
            (endings(1, 3, 2.0), None),
            (endings(9, 3, 3.8), None),
            (endings(0, 0, 3.0), None),
        ] {
            assert_eq!(endings.judge(TIMEOUT), expected, "{endings:?}");
        }
        let large = |complete, too_large| Endings {
            complete,
            too_large,
            ..Endings::default()
        };
        assert_eq!(large(0, 2).judge(TIMEOUT), None);
        assert_eq!(large(0, 3).judge(TIMEOUT), Some(Halt::TooLarge));
        assert_eq!(large(1, 3).judge(TIMEOUT), None);
        let limited = |limited, unlimited| Endings {
            complete: 9,
            limited,
            unlimited,
            ..Endings::default()
        };
        assert_eq!(limited(2, 0).judge(TIMEOUT), None);
        assert_eq!(limited(3, 0).judge(TIMEOUT), Some(Halt::Limited));
        assert_eq!(limited(3, 1).judge(TIMEOUT), None);
    }

    #[test]
    fn answers_that_never_come_are_counted_and_broken_ones_are_no_refusals() {
        let late = exchange(Err(FailureKind::Timeout), 3 * TIMEOUT);
        let watch = Watch::new(TIMEOUT);
        for _ in 0..ENOUGH {
            assert_eq!(watch.halt(), None);
            watch.note(&late, true);
        }
        assert_eq!(watch.halt(), Some(Halt::Silent));
        let broken = exchange(Err(FailureKind::Broken), Duration::ZERO);
        let watch = Watch::new(TIMEOUT);
        (0..20).for_each(|_| watch.note(&broken, true));
        assert_eq!(watch.halt(), None);
        assert_eq!(watch.endings().refused, 0);
        // What must be refused says nothing of the pace.
        let watch = Watch::new(TIMEOUT);
        watch.note(&exchange(Ok(401), Duration::ZERO), false);
        let limited = exchange(Ok(429), Duration::ZERO);
        (0..ENOUGH).for_each(|_| watch.note(&limited, true));
        assert_eq!(watch.halt(), Some(Halt::Limited));
    }

    #[test]
    fn one_other_answer_shows_that_not_all_are_limited() {
        let limited = exchange(Ok(429), Duration::ZERO);
        let watch = Watch::new(TIMEOUT);
        for _ in 0..ENOUGH {
            assert_eq!(watch.halt(), None);
            watch.note(&limited, true);
        }
        assert_eq!(watch.halt(), Some(Halt::Limited));
        let watch = Watch::new(TIMEOUT);
        watch.note(&exchange(Ok(200), Duration::ZERO), true);
        for _ in 0..20 {
            watch.note(&limited, true);
        }
        assert_eq!(watch.halt(), None);
    }

    #[test]
    fn answers_without_end_are_not_read_for_ever() {
        let endless = exchange(Err(FailureKind::TooLarge), Duration::ZERO);
        let watch = Watch::new(TIMEOUT);
        (0..ENOUGH).for_each(|_| watch.note(&endless, true));
        assert_eq!(watch.halt(), Some(Halt::TooLarge));
    }

    #[test]
    fn three_refused_connections_in_a_row_are_the_end_of_a_portal() {
        let refused = exchange(Err(FailureKind::Connect), Duration::ZERO);
        let watch = Watch::new(TIMEOUT);
        (1..ENOUGH).for_each(|_| watch.note(&refused, true));
        watch.note(&exchange(Ok(200), Duration::ZERO), true);
        for _ in 0..ENOUGH {
            assert_eq!(watch.halt(), None);
            watch.note(&refused, true);
        }
        assert_eq!(watch.halt(), Some(Halt::Gone));
    }
}
