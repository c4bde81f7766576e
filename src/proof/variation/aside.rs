//! What answers may say beside their content.

use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::body::Bytes;
use crate::portal::change::{Act, Answers, Change, Head};
use crate::proof::owed;
use crate::proof::subject::Subject;
use crate::proof::variation::Variation;

pub(super) fn variations(subjects: &[Subject<'_>]) -> Vec<Variation> {
    let mut variations: Vec<Variation> = headers()
        .into_iter()
        .map(|(name, headers)| {
            let add = |(name, value): (&str, &str)| {
                Act::Head(Head::Add(name.to_owned(), value.to_owned()))
            };
            let acts: Vec<Act> = headers.into_iter().map(add).collect();
            let change = Change::of(acts).among(Answers::All);
            Variation::new(Family::Transport, name, change)
        })
        .collect();
    let Some(subject) = subjects.first() else {
        return variations;
    };
    let unknown = subject.ids().map(owed::unknown);
    let objections: Vec<_> = unknown.flat_map(|one| owed::objections(&one)).collect();
    for (name, message) in [
        (
            "says-the-path",
            "no contact at /api/2.0/crm/contact/99 here",
        ),
        (
            "says-the-manual",
            "see https://docs.example.com/usr/share/api#31",
        ),
        (
            "says-the-line",
            r"no such id:\nask at the help desk (10:30 to 12:45)",
        ),
        ("says-numbers", "version 2.0 has no 10.5 or 172"),
    ] {
        let body = format!(
            "{{\"status\":1,\"statusCode\":404,\"error\":{{\"message\":\"{message}\",\"data\":{{}}}}}}"
        );
        let change = Change::of(vec![Act::Bytes(Bytes::Whole(body.into_bytes()))])
            .on(&subject.operation.id)
            .in_format(Format::Json)
            .among(Answers::Refusals(objections.clone()));
        variations.push(Variation::new(Family::Refusal, name, change));
    }
    variations
}

/// Headers of every answer, in no need of a remark.
fn headers() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    vec![
        (
            "software-without-version",
            vec![
                ("Server", "nginx"),
                ("X-Powered-By", "ASP.NET"),
                ("Via", "1.1 varnish, HTTP/1.1 edge"),
                ("X-Api-Version", "2.0"),
            ],
        ),
        (
            "cookies-guarded",
            vec![
                (
                    "Set-Cookie",
                    "asc_auth_key=abc; path=/; HttpOnly; SameSite=Lax",
                ),
                ("Set-Cookie", "XSRF-TOKEN=abc; SameSite=Strict"),
                ("Set-Cookie", "sid=; Max-Age=0"),
                ("Set-Cookie", "theme=dark"),
            ],
        ),
        (
            "session-renewed",
            vec![(
                "Set-Cookie",
                "asc_auth_key=reference-portal-token; HttpOnly; SameSite=Lax",
            )],
        ),
        (
            "cache-private",
            vec![("Cache-Control", "private, max-age=0")],
        ),
        (
            "cache-private-for-long",
            vec![("Cache-Control", "private, max-age=600")],
        ),
        (
            "cache-nothing",
            vec![("Cache-Control", "no-store"), ("ETag", "\"7\"")],
        ),
        ("cache-asking", vec![("Cache-Control", "no-cache")]),
        // RFC 9111, 3.5: what was asked with `Authorization` stays with who asked.
        (
            "cache-for-who-asked",
            vec![("Cache-Control", "max-age=600")],
        ),
        (
            "cache-asking-each-time",
            vec![("Cache-Control", "public, max-age=0, must-revalidate")],
        ),
        (
            "cache-by-token",
            vec![
                ("Cache-Control", "public, max-age=60"),
                ("Vary", "Authorization"),
            ],
        ),
        (
            "origin-known",
            vec![
                ("Access-Control-Allow-Origin", "https://portal.example.com"),
                ("Access-Control-Allow-Credentials", "true"),
            ],
        ),
        (
            "origin-any-without-credentials",
            vec![("Access-Control-Allow-Origin", "*")],
        ),
    ]
}
