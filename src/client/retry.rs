//! What a run is willing to wait because its portal asks it to.
//!
//! A portal limits the account, not one request, so a wait holds back every request of the run. Waits
//! and repetitions come out of one budget: a portal that says "later" for ever is judged as it came.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;
use tokio::time::Instant;

use crate::client::Request;

/// How often one request is repeated.
pub(super) const MAX_RETRIES: u32 = 3;
/// How often the requests of one run are repeated together.
const MAX_RETRIES_OF_RUN: u32 = 500;
/// The longest wait that is granted at once; a portal that asks for more is not asked again.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// How long one run waits in all.
const MAX_WAIT_OF_RUN: Duration = Duration::from_mins(1);

/// Told of each wait that holds the run back, before it begins.
pub type Notice = Arc<dyn Fn(Duration) + Send + Sync>;

/// The budget of one run, and until when its requests are held back.
pub(super) struct RetryBudget {
    spent: Mutex<Spent>,
    notice: Option<Notice>,
}

struct Spent {
    open_at: Instant,
    waited: Duration,
    retries: u32,
    /// How often each status code said "later" and was asked again.
    later: BTreeMap<u16, u32>,
    /// The methods and paths of requests that were asked again as the portal was not there for a moment.
    recovered: BTreeSet<(String, String)>,
}

impl RetryBudget {
    pub(super) fn new(notice: Option<Notice>) -> Self {
        let spent = Spent {
            open_at: Instant::now(),
            waited: Duration::ZERO,
            retries: 0,
            later: BTreeMap::new(),
            recovered: BTreeSet::new(),
        };
        Self {
            spent: Mutex::new(spent),
            notice,
        }
    }

    /// Whether a request may be repeated after a wait; if so, it counts, and the whole run waits.
    pub(super) fn grant(&self, wait: Duration) -> bool {
        self.spent().retries < MAX_RETRIES_OF_RUN && self.hold(wait) && self.repeat()
    }

    /// Whether one more request may be repeated; if so, it counts.
    pub(super) fn repeat(&self) -> bool {
        let mut spent = self.spent();
        let is_left = spent.retries < MAX_RETRIES_OF_RUN;
        spent.retries += u32::from(is_left);
        is_left
    }

    /// Notes the status code of an answer that was asked again, and what was asked.
    pub(super) fn note(&self, status: u16, request: &Request) {
        let mut spent = self.spent();
        *spent.later.entry(status).or_default() += 1;
        if status >= 500 {
            let asked = (request.method.clone(), request.path.clone());
            spent.recovered.insert(asked);
        }
    }

    /// The methods and paths of what was asked again for another reason than its pace.
    pub(super) fn recovered(&self) -> BTreeSet<(String, String)> {
        self.spent().recovered.clone()
    }

    /// How often each status code was asked again.
    pub(super) fn later(&self) -> BTreeMap<u16, u32> {
        self.spent().later.clone()
    }

    /// Whether the whole run may wait for so long; if so, it does.
    pub(super) fn hold(&self, wait: Duration) -> bool {
        if wait > MAX_WAIT {
            return false;
        }
        let now = Instant::now();
        let mut spent = self.spent();
        let longer = (now + wait).saturating_duration_since(spent.open_at.max(now));
        if spent.waited + longer > MAX_WAIT_OF_RUN {
            return false;
        }
        spent.waited += longer;
        spent.open_at = spent.open_at.max(now + wait);
        drop(spent);
        if let Some(notice) = &self.notice
            && !longer.is_zero()
        {
            notice(wait);
        }
        true
    }

    /// The same, for a wait that begins where the last one ends.
    #[cfg(test)]
    pub(super) fn grant_after(&self, wait: Duration) -> bool {
        self.spent().open_at = Instant::now();
        self.grant(wait)
    }

    /// Waits as long as the run is held back.
    pub(super) async fn pause(&self) {
        loop {
            let open_at = self.spent().open_at;
            if open_at <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(open_at).await;
        }
    }

    /// How long the run was held back in all.
    pub(super) fn waited(&self) -> Duration {
        self.spent().waited
    }

    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryBudget")
            .field("waited", &self.waited())
            .finish_non_exhaustive()
    }
}

/// How long the portal asks to wait: seconds or a date (RFC 9110, 10.2.3) in one of its three forms
/// (5.6.7); a date that is past is now. Seconds with a fraction, which some send, are rounded up.
pub(super) fn retry_after(status: u16, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    if !matches!(status, 403 | 429 | 503) {
        return None;
    }
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(whole) && is_number(fraction) {
        // More digits than a number holds are longer than any wait.
        let whole: u64 = whole.parse().unwrap_or(u64::MAX);
        let more = u64::from(fraction.bytes().any(|byte| byte != b'0'));
        return Some(Duration::from_secs(whole.saturating_add(more)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// Whether a 403 to a token that opens says that the account has asked too often: by a time to come back, or by no
/// requests that are left, as GitHub does.
pub(super) fn is_limit(status: u16, headers: &HeaderMap) -> bool {
    let is_used_up = || {
        let left = headers.get("x-ratelimit-remaining");
        left.is_some_and(|left| left.as_bytes().trim_ascii() == b"0")
    };
    status == 403 && (headers.contains_key(RETRY_AFTER) || is_used_up())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_all_three_forms() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 - 20);
        let wait = |status, value: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            retry_after(status, &headers, now).map(|wait| wait.as_secs())
        };
        for (value, seconds) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(20)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(20)),
            ("Sun Nov  6 08:49:37 1994", Some(20)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("20", Some(20)),
            ("0", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("", None),
            ("-1", None),
            ("soon", None),
            ("2.0", Some(2)),
            ("2.5", Some(3)),
            ("0.001", Some(1)),
            ("18446744073709551615.1", Some(u64::MAX)),
            (".5", None),
            ("2.", None),
            ("2.0.0", None),
            ("1e3", None),
            ("Sun, 06 Foo 1994 08:49:37 GMT", None),
        ] {
            assert_eq!(wait(503, value), seconds, "{value}");
            assert_eq!(wait(429, value), seconds, "{value}");
            assert_eq!(wait(403, value), seconds, "{value}");
            assert_eq!(wait(500, value), None, "{value}");
        }
    }

    #[test]
    fn a_403_that_leaves_no_requests_is_a_limit() {
        let is_limit = |status, name: &'static str, value: &str| {
            let name = http::HeaderName::from_static(name);
            is_limit(
                status,
                &HeaderMap::from_iter([(name, value.parse().unwrap())]),
            )
        };
        for (status, name, value, expected) in [
            (403, "x-ratelimit-remaining", "0", true),
            (403, "retry-after", "60", true),
            (403, "x-ratelimit-remaining", "10", false),
            (403, "x-ratelimit-limit", "0", false),
            (401, "x-ratelimit-remaining", "0", false),
        ] {
            assert_eq!(is_limit(status, name, value), expected, "{status} {name}");
        }
    }

    #[test]
    fn waits_come_out_of_one_budget() {
        let budget = RetryBudget::new(None);
        assert!(budget.grant(Duration::from_secs(30)));
        // A wait inside another one costs nothing more.
        assert!(budget.grant(Duration::from_secs(20)));
        assert!(budget.waited() <= Duration::from_secs(30));
        assert!(!budget.grant(Duration::from_secs(31)), "too long at once");
        let budget = RetryBudget::new(None);
        budget.spent().waited = Duration::from_secs(59);
        assert!(budget.grant(Duration::from_millis(500)));
        assert!(!budget.grant(Duration::from_secs(2)), "used up");
    }

    #[test]
    fn repetitions_are_counted_even_where_nothing_is_waited() {
        let budget = RetryBudget::new(None);
        let granted = (0..1000).filter(|_| budget.grant(Duration::ZERO)).count();
        assert_eq!(granted, MAX_RETRIES_OF_RUN as usize);
    }

    #[test]
    fn whatever_is_repeated_comes_out_of_one_budget() {
        let budget = RetryBudget::new(None);
        assert!(budget.hold(Duration::ZERO));
        let each = (0..300).filter(|_| budget.grant(Duration::ZERO)).count();
        let more = (0..300).filter(|_| budget.repeat()).count();
        assert_eq!(each + more, MAX_RETRIES_OF_RUN as usize);
        assert!(!budget.grant(Duration::ZERO));
        assert!(budget.hold(Duration::ZERO), "a wait repeats nothing");
    }

    #[test]
    fn a_wait_is_told_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&told);
        let budget = RetryBudget::new(Some(Arc::new(move |wait| all.lock().unwrap().push(wait))));
        let [long, longer] = [20, 30].map(Duration::from_secs);
        for wait in [long, Duration::ZERO, Duration::from_secs(1), long / 2] {
            assert!(budget.grant(wait));
        }
        assert_eq!(*told.lock().unwrap(), [long], "the others are inside it");
        assert!(budget.grant(longer));
        assert_eq!(*told.lock().unwrap(), [long, longer]);
    }
}
