//! How old an answer may be, as far as caches say it (RFC 9111, 5.1; RFC 9211).

use std::time::Duration;

use crate::client::{Exchange, Head};

/// The headers in which caches say whether they gave an answer, beside `Cache-Status`.
const SAYING: [&str; 5] = [
    "x-cache",
    "x-cache-status",
    "x-proxy-cache",
    "x-varnish-cache",
    "cf-cache-status",
];

impl Exchange {
    /// How long before it was asked for an answer may have been made, in whole seconds, rounded up: the longest time
    /// there is where a cache gave it and does not say since when it has it; `None` where nothing says that one did.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let head = &self.outcome.as_ref().ok()?.head;
        let mut ages = head.all("age").map(|value| value.trim().parse::<u64>());
        match (ages.next().and_then(Result::ok), is_hit(head)) {
            // Caches say it of what they have just fetched, too.
            (Some(0) | None, false) => None,
            (Some(age), _) => Some(Duration::from_secs(age.saturating_add(1))),
            (None, true) => Some(Duration::MAX),
        }
    }
}

/// Whether some cache says that it gave an answer without asking whether it still holds.
fn is_hit(head: &Head) -> bool {
    let mut statuses = head.all("cache-status").flat_map(|value| value.split(','));
    let mut said = SAYING
        .iter()
        .flat_map(|name| head.all(name).flat_map(|value| value.split(',')));
    statuses.any(|one| {
        let mut words = one.split(';').skip(1);
        words.any(|word| word.trim().eq_ignore_ascii_case("hit"))
    }) || said.any(|one| {
        let word = one.split_whitespace().next().unwrap_or_default();
        let word = word.to_ascii_lowercase();
        let is_asked = word.contains("refresh");
        matches!(word.as_str(), "hit" | "stale" | "updating")
            || (word.ends_with("_hit") && !is_asked)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests_support;

    #[test]
    fn an_answer_is_as_old_as_caches_say() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let unknown = Some(Duration::MAX);
        for (headers, expected) in [
            (&[][..], None),
            (&[("age", "0")], None),
            (&[("age", "7")], seconds(8)),
            (&[("age", "x")], None),
            (&[("age", "18446744073709551615")], seconds(u64::MAX)),
            (&[("age", "0"), ("x-cache", "HIT")], seconds(1)),
            (&[("age", "0"), ("x-cache", "MISS, MISS")], None),
            (&[("x-cache", "Hit from cloudfront")], unknown),
            (&[("x-cache", "TCP_MEM_HIT from a.test")], unknown),
            (&[("x-cache", "MISS, HIT")], unknown),
            (&[("x-cache", "Miss from hit.test")], None),
            // It was asked whether it still holds.
            (&[("x-cache", "RefreshHit from cloudfront")], None),
            (&[("x-cache", "TCP_REFRESH_HIT")], None),
            (&[("cf-cache-status", "DYNAMIC")], None),
            (&[("cf-cache-status", "STALE")], unknown),
            (&[("cache-status", "edge; fwd=stale; stored")], None),
            (
                &[("cache-status", "edge; fwd=miss, \"a\"; hit; ttl=3")],
                unknown,
            ),
            (&[("cache-control", "max-age=60")], None),
        ] {
            let mut response = tests_support::response(200, "");
            let headers = headers.iter();
            let headers = headers.map(|(name, value)| (name.to_string(), value.to_string()));
            response.head.headers = headers.collect();
            let exchange = tests_support::exchange(Ok(response));
            assert_eq!(exchange.age(), expected, "{:?}", exchange.outcome);
        }
    }
}
