//! What of a request decides what comes beside its path, query and body: who asks, for whom and in which language.
//!
//! A portal may answer otherwise whoever asks otherwise, so answers are held against each other where it is equal.
//! It is kept as a digest: nobody reads a credential out of it.

use crate::digest::Digest;

/// Headers that every answer may hang on, whether it says so or not.
const ALWAYS: [&str; 3] = ["authorization", "accept-language", "prefer"];
/// What of a header that begins with `X-` marks one request, the way it came or the program that sent it, and chooses
/// no answer.
const MARKS: [&str; 19] = [
    "b3",
    "client-data",
    "correlation",
    "csrf",
    "datadog",
    "devtools",
    "forwarded",
    "nonce",
    "real-ip",
    "request-id",
    "request-start",
    "requested-with",
    "retry",
    "sentry",
    "signature",
    "span",
    "time",
    "trace",
    "xsrf",
];
/// What `Vary` names and is told by other means: the format is part of each question, and the rest changes the bytes
/// on the way alone.
const OTHERWISE_TOLD: [&str; 4] = ["accept", "accept-encoding", "cookie", "origin"];
/// How cookies begin that count visitors.
const COUNTERS: [&str; 12] = [
    "_ga", "_gid", "_gat", "_gcl", "_fbp", "_hj", "_pk_", "_utm", "__utm", "ajs_", "__cf",
    "optanon",
];

/// The digest of it; headers by their names, in whatever letter case, and cookies by theirs; `vary` is the header of
/// the answer.
pub(super) fn asker(
    headers: &[(&str, &str)],
    cookies: &[(&str, &str)],
    vary: Option<&str>,
) -> Digest {
    let varies = vary.unwrap_or_default().to_ascii_lowercase();
    let varies: Vec<&str> = varies.split(',').map(str::trim).collect();
    let mut parts: Vec<String> = Vec::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let is_own = name
            .strip_prefix("x-")
            .is_some_and(|rest| !MARKS.iter().any(|mark| rest.contains(mark)));
        let is_varied = varies.contains(&name.as_str()) && !OTHERWISE_TOLD.contains(&name.as_str());
        if ALWAYS.contains(&name.as_str()) || is_own || is_varied {
            parts.push(format!("{name}: {}", value.trim()));
        } else if name == "cookie" {
            let pairs = value.split(';').filter_map(|part| part.split_once('='));
            parts.extend(pairs.filter_map(|(name, value)| cookie(name, value)));
        }
    }
    let listed = cookies.iter();
    parts.extend(listed.filter_map(|(name, value)| cookie(name, value)));
    // Tools write cookies in both places, and all of them in any order.
    parts.sort();
    parts.dedup();
    Digest::of_lines(parts.iter().map(|part| Digest::of_text(part)))
}

fn cookie(name: &str, value: &str) -> Option<String> {
    let (name, value) = (name.trim(), value.trim());
    let lower = name.to_ascii_lowercase();
    let counts = COUNTERS.iter().any(|counter| lower.starts_with(counter));
    (!counts).then(|| format!("cookie {name}={value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_otherwise_is_another_one() {
        let plain = asker(&[("Authorization", "Bearer a")], &[], None);
        for headers in [
            [("Authorization", "Bearer b")],
            [("X-Tenant", "one")],
            [("Accept-Language", "de")],
            [("Cookie", "sid=1")],
        ] {
            let all = [("Authorization", "Bearer a"), headers[0]];
            assert_ne!(asker(&all, &[], None), plain, "{headers:?}");
        }
        let varied = [("Authorization", "Bearer a"), ("Sub-Site", "7")];
        assert_eq!(asker(&varied, &[], None), plain);
        assert_eq!(asker(&varied, &[], Some("*")), plain);
        assert_ne!(asker(&varied, &[], Some("Accept, sub-site")), plain);
    }

    #[test]
    fn what_marks_a_request_alone_is_the_same_asker() {
        let plain = asker(&[("authorization", "Bearer a")], &[], None);
        for (name, value) in [
            ("Accept", "text/xml"),
            ("X-Request-Id", "17"),
            ("X-CSRF-Token", "17"),
            ("x-b3-traceid", "17"),
            ("User-Agent", "x"),
            ("Cookie", "_ga=GA1.2.3; _pk_id.1=x"),
        ] {
            let all = [("Authorization", "Bearer a"), (name, value)];
            assert_eq!(
                asker(&all, &[], Some("Accept, Accept-Encoding")),
                plain,
                "{name}"
            );
        }
        let both = [("b", "2"), ("sid", "1")];
        assert_eq!(
            asker(&[("Cookie", "sid=1; b=2")], &both, None),
            asker(&[], &both, None)
        );
    }
}
