//! Whether "too many requests", or "unavailable", speaks of the pace of the run, or of one request alone.
//!
//! A portal that says so without a word of when to come back (RFC 6585, 4, leaves that out) may mean the
//! burst of requests that the run is, or refuse one request always. Another request that it has answered
//! well tells the two apart: asked while all others are held back, it is refused as well, or is not. So it is with a
//! 503 without such a word, with which many servers refuse what is more than they admit, as nginx does where nobody
//! says otherwise.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::client::Request;

/// The first wait before a burst is tried again; each doubles the one before.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest of these waits.
const LONGEST_WAIT: Duration = Duration::from_secs(28);
/// How many requests that were answered well are remembered: one more than is asked once more.
const REMEMBERED: usize = 2;

/// How often another request passes and one behind it does not, until that is known to be put off alone; each but
/// the first time after a wait.
pub(super) const MAX_TURNS: u32 = 4;
/// The same of a further request without a token that opens.
const MAX_TURNS_OF_LOGINS: u32 = 2;
/// How many requests are waited for so; where a portal puts these off alone, others are known at once.
const MAX_ALONE: u32 = 4;
/// How many requests without a token that opens are put off alone, until the portal is known to admit no more
/// of them: many bound how often somebody may try to log in.
const ENOUGH_LOGINS: u32 = 2;

/// How often another request passes and one behind it is unavailable, until that is known to be so alone; the
/// second time after a wait.
const TURNS_OF_UNAVAILABLE: u32 = 2;
/// How many unavailable requests are waited for so, where none has passed after another one yet.
const MAX_UNAVAILABLE: u32 = 2;
/// After so many, they are not even asked for once more.
const ENOUGH_UNAVAILABLE: u32 = 8;
/// How often another request that is unavailable as well is waited for, until the portal is known to be down.
pub(super) const ROUNDS_OF_DOWN: u32 = 4;

/// What is known of the pace that a portal admits.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Who holds it asks alone.
    gate: tokio::sync::Mutex<Gate>,
    answered: Mutex<Vec<Request>>,
    is_exceeded: AtomicBool,
    is_limited: AtomicBool,
    is_down: AtomicBool,
    throttles_logins: AtomicBool,
}

/// What whoever asks alone finds out for the others.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// When the portal last took requests again.
    pub(super) open_since: Option<Instant>,
    /// How many requests were put off alone, each time after waits.
    pub(super) alone: u32,
    /// How many of them came without a token that opens.
    logins: u32,
    /// How many requests stayed unavailable while another one passed.
    unavailable: u32,
}

impl Gate {
    /// How often a request that is put off may be asked for behind another one that passes.
    pub(super) fn turns(&self, request: &Request) -> u32 {
        if self.logins > 0 && !request.token.opens() {
            MAX_TURNS_OF_LOGINS
        } else if self.alone < MAX_ALONE {
            MAX_TURNS
        } else {
            1
        }
    }

    /// How often a request that is unavailable may be asked for behind another one that passes.
    pub(super) fn turns_of_unavailable(&self, pace: &Pace) -> u32 {
        if pace.is_limited() || self.unavailable < MAX_UNAVAILABLE {
            TURNS_OF_UNAVAILABLE
        } else {
            u32::from(self.unavailable < ENOUGH_UNAVAILABLE)
        }
    }

    /// A request stayed unavailable.
    pub(super) fn stays_unavailable(&mut self) {
        self.unavailable += 1;
    }

    /// This request was put off alone, after waits.
    pub(super) fn is_alone(&mut self, request: &Request, pace: &Pace) {
        self.alone += 1;
        if !request.token.opens() {
            self.logins += 1;
            if self.logins >= ENOUGH_LOGINS {
                pace.throttles_logins.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl Pace {
    /// Holds all other requests back for as long as the answer is kept.
    pub(super) async fn alone(&self) -> tokio::sync::MutexGuard<'_, Gate> {
        self.gate.lock().await
    }

    /// Waits until nobody asks alone.
    pub(super) async fn pass(&self) {
        drop(self.gate.lock().await);
    }

    /// Remembers a read that was answered well.
    pub(super) fn note(&self, request: &Request) {
        self.is_down.store(false, Ordering::Relaxed);
        let mut answered = self.answered();
        if request.method == "GET" && !answered.contains(request) {
            answered.insert(0, request.clone());
            answered.truncate(REMEMBERED);
        }
    }

    /// A read that was answered well, another than this request.
    pub(super) fn control(&self, request: &Request) -> Option<Request> {
        let answered = self.answered();
        answered.iter().find(|other| *other != request).cloned()
    }

    /// What was unavailable passed at a lower pace.
    pub(super) fn limit(&self) {
        self.is_limited.store(true, Ordering::Relaxed);
    }

    /// Whether that was ever so.
    pub(super) fn is_limited(&self) -> bool {
        self.is_limited.load(Ordering::Relaxed)
    }

    /// Whatever is asked is unavailable, after waits as well.
    pub(super) fn lose(&self) {
        self.is_down.store(true, Ordering::Relaxed);
    }

    /// Whether that is so, and nothing was answered well since.
    pub(super) fn is_down(&self) -> bool {
        self.is_down.load(Ordering::Relaxed)
    }

    /// The portal takes no more requests, however long the run waits.
    pub(super) fn exceed(&self) {
        self.is_exceeded.store(true, Ordering::Relaxed);
    }

    /// Whether that is so.
    pub(super) fn is_exceeded(&self) -> bool {
        self.is_exceeded.load(Ordering::Relaxed)
    }

    /// Whether the portal puts off whoever has no token that opens, and nobody else.
    pub(super) fn throttles_logins(&self) -> bool {
        self.throttles_logins.load(Ordering::Relaxed)
    }

    fn answered(&self) -> MutexGuard<'_, Vec<Request>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before a burst is tried again, the first time as round 0.
pub(super) fn back_off(round: u32) -> Duration {
    (FIRST_WAIT * 2_u32.pow(round.min(10))).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Token;
    use crate::client::retry::RetryBudget;

    fn request(method: &str, path: &str) -> Request {
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            accept: String::new(),
            token: Token::Valid,
            guise: crate::client::Guise::Plain,
            headers: crate::client::Headers::default(),
            body: None,
        }
    }

    #[test]
    fn another_read_that_was_answered_is_the_control() {
        let pace = Pace::default();
        let [a, b, c] = ["a", "b", "c"].map(|path| request("GET", path));
        assert_eq!(pace.control(&a), None);
        pace.note(&request("POST", "d"));
        assert_eq!(pace.control(&a), None, "a write is none");
        pace.note(&a);
        pace.note(&a);
        assert_eq!(pace.control(&a), None);
        assert_eq!(pace.control(&b).as_ref(), Some(&a));
        pace.note(&b);
        pace.note(&c);
        assert_eq!(pace.control(&c).as_ref(), Some(&b));
    }

    #[test]
    fn who_fails_to_log_in_is_soon_known_to_be_put_off_alone() {
        let (pace, mut gate) = (Pace::default(), Gate::default());
        let other = Request {
            token: Token::Unknown,
            ..request("GET", "a")
        };
        assert_eq!(gate.turns(&other), MAX_TURNS);
        (0..3).for_each(|_| gate.is_alone(&request("GET", "a"), &pace));
        assert!(!pace.throttles_logins(), "these have a token that opens");
        gate.is_alone(&other, &pace);
        assert!(!pace.throttles_logins());
        assert_eq!(gate.turns(&other), MAX_TURNS_OF_LOGINS);
        assert_eq!(gate.turns(&request("GET", "a")), 1, "four were");
        gate.is_alone(&other, &pace);
        assert!(pace.throttles_logins());
    }

    #[test]
    fn what_stays_unavailable_is_soon_no_longer_waited_for() {
        let (pace, mut gate) = (Pace::default(), Gate::default());
        for turns in [2, 2, 1, 1, 1, 1, 1, 1, 0, 0] {
            assert_eq!(gate.turns_of_unavailable(&pace), turns);
            gate.stays_unavailable();
        }
        pace.limit();
        assert_eq!(gate.turns_of_unavailable(&pace), 2, "it may be one more");
    }

    #[test]
    fn the_waits_double_and_use_up_the_budget_of_a_run() {
        let waits: Vec<f64> = (0..8).map(|round| back_off(round).as_secs_f64()).collect();
        assert_eq!(waits, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 28.0, 28.0]);
        let budget = RetryBudget::new(None);
        let spent = waits.iter().map(|wait| Duration::from_secs_f64(*wait));
        // Waits that do not overlap: as if each began when the one before is over.
        let granted: Vec<bool> = spent.map(|wait| budget.grant_after(wait)).collect();
        assert_eq!(granted, [true, true, true, true, true, true, true, false]);
    }
}
