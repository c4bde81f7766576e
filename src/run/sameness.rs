//! Whether whatever is asked gets one and the same answer, so that nothing shows that an API looked at the question.
//!
//! In come answers to what was asked as pages document it, out comes their status where all of them are the same to the
//! byte: with a token that opens and without, and for several paths. A load balancer, a server that was just set up and
//! a catch-all answer so, with any status.

use crate::client::Exchange;
use crate::digest::Digest;

/// A longer body is not held against others, in bytes.
const LONGEST: usize = 1024;

/// What of an answer is the same wherever nobody looked at the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Same {
    status: u16,
    body: Digest,
}

impl Same {
    /// That of a complete answer, but of a long one.
    pub(super) fn of(exchange: &Exchange) -> Option<Self> {
        let response = exchange.outcome.as_ref().ok()?;
        (response.body.len() < LONGEST).then(|| Self {
            status: response.status,
            body: Digest::of_bytes(&response.body),
        })
    }
}

/// The status of the one answer to everything, where there is only one; `all` are answers to documented requests, and
/// `successes` those that must succeed.
pub(super) fn status(all: &[&Exchange], successes: &[&Exchange]) -> Option<u16> {
    let first = *all.first()?;
    let status = first.status()?;
    if !all.iter().all(|one| one.status() == Some(status)) {
        return None;
    }
    let opens = |exchange: &&Exchange| exchange.request.token.opens();
    let must_succeed = |one: &Exchange| successes.iter().any(|other| std::ptr::eq(*other, one));
    let has_both =
        successes.iter().any(opens) && all.iter().any(|one| !opens(one) && !must_succeed(one));
    let has_paths = all.iter().any(|one| one.request.path != first.request.path);
    let same = Same::of(first)?;
    let is_same = || all.iter().all(|one| Same::of(one) == Some(same));
    (has_both && has_paths && is_same()).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Token;
    use crate::client::tests_support::{exchange, response};

    fn said(path: &str, token: Token, status: u16, body: &str) -> Exchange {
        let mut exchange = exchange(Ok(response(status, body)));
        exchange.request.token = token;
        exchange.request.path = path.to_owned();
        exchange
    }

    #[test]
    fn one_answer_to_everything_is_none_of_an_api() {
        use Token::{None as Without, Valid};
        for status in [200, 204, 400, 405, 418, 421, 500] {
            let of = |successes: &[Exchange], others: &[Exchange]| {
                let successes: Vec<&Exchange> = successes.iter().collect();
                let all: Vec<&Exchange> = successes.iter().copied().chain(others).collect();
                super::status(&all, &successes)
            };
            let plain = |path, token| said(path, token, status, "OK");
            let refused = || [plain("a", Without)];
            let read = || [plain("a", Valid), plain("b", Valid)];
            assert_eq!(of(&read(), &refused()), Some(status));
            // An API tells who asks, what for, or how.
            assert_eq!(of(&read(), &[said("a", Without, 401, "OK")]), None);
            assert_eq!(of(&read(), &[said("a", Without, status, "No")]), None);
            let other = [plain("a", Valid), said("b", Valid, status, "{}")];
            assert_eq!(of(&other, &refused()), None);
            // Nobody else asked, for nothing else, or needs a token.
            assert_eq!(of(&read(), &[]), None);
            assert_eq!(of(&[plain("a", Valid)], &refused()), None);
            let open = [plain("a", Valid), plain("b", Without)];
            assert_eq!(of(&open, &[]), None);
            assert_eq!(of(&[], &refused()), None);
            let long = "x".repeat(LONGEST);
            let long = |path, token| said(path, token, status, &long);
            assert_eq!(
                of(&[long("a", Valid), long("b", Valid)], &[long("a", Without)]),
                None
            );
        }
    }
}
