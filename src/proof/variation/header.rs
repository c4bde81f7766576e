//! Other headers, encodings and frames of the same answer.

use std::time::Duration;

use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::body::Bytes;
use crate::portal::change::{Act, Answers, Change, Frame, Head};
use crate::proof::subject::Subject;
use crate::proof::variation::Variation;

/// How many other status codes of a success are tried of one operation.
const MOST_STATUSES: usize = 5;
const FRAMES: &[(&str, Frame)] = &[
    ("chunked", Frame::Chunks(1_000)),
    ("chunks-of-one-byte", Frame::Chunks(1)),
    ("chunks-of-seven-bytes", Frame::Chunks(7)),
    ("chunk-extensions-and-trailer", Frame::ChunkExtensions),
    ("ended-by-close", Frame::UntilClose),
    ("http-1.0", Frame::Http10),
    ("closed-after-answer", Frame::Close),
    ("interim-answer", Frame::Interim),
    ("no-reason", Frame::NoReason),
    ("header-names-small", Frame::LowerCaseNames),
    ("header-names-in-capitals", Frame::UpperCaseNames),
    ("headers-without-blanks", Frame::TightHeaders),
    ("headers-with-blanks", Frame::LooseHeaders),
    ("headers-folded", Frame::FoldedHeaders),
    ("closed-unsaid-after-3", Frame::LastOf(3)),
    ("closed-unsaid-after-20", Frame::LastOf(20)),
    ("closed-unsaid-each-second", Frame::LastOf(2)),
    ("closed-unsaid-each", Frame::LastOf(1)),
    (
        "closed-idle-after-20",
        Frame::ClosedIdle(Duration::from_millis(20)),
    ),
    (
        "closed-idle-at-once",
        Frame::ClosedIdle(Duration::from_millis(1)),
    ),
    ("in-pieces", Frame::Drip(1_500, Duration::from_millis(5))),
    (
        "in-small-pieces",
        Frame::Drip(300, Duration::from_millis(1)),
    ),
    ("late-50", Frame::Late(Duration::from_millis(50))),
    ("late-150", Frame::Late(Duration::from_millis(150))),
];

pub(super) fn variations(subjects: &[Subject<'_>]) -> Vec<Variation> {
    let family = Family::Transport;
    let mut variations = Vec::new();
    for format in Format::ALL {
        for (name, label) in labels(format) {
            let acts = vec![set("Content-Type", &label)];
            let change = Change::of(acts).in_format(format);
            variations.push(Variation::new(family, &format!("{format}-{name}"), change));
        }
    }
    for (name, acts) in headers() {
        variations.push(Variation::of(family, name, acts));
    }
    for (name, encoding, bytes) in [
        ("gzip", "gzip", Bytes::Gzip),
        ("brotli", "br", Bytes::Brotli),
        ("deflate", "deflate", Bytes::Deflate),
    ] {
        let acts = vec![Act::Bytes(bytes), set("Content-Encoding", encoding)];
        variations.push(Variation::of(family, name, acts));
    }
    for (name, frame) in FRAMES {
        let mut change = Change::of(vec![Act::Frame(*frame)]);
        if is_slow(*frame) {
            change = change.in_format(Format::Json);
        }
        variations.push(Variation::new(family, name, change.clone()));
        let is_of_connection = matches!(frame, Frame::LastOf(_) | Frame::ClosedIdle(_));
        if is_of_connection
            || matches!(
                name,
                &"chunked" | &"closed-after-answer" | &"ended-by-close" | &"headers-folded"
            )
        {
            let change = change.among(Answers::All);
            variations.push(Variation::new(family, &format!("{name}-always"), change));
        }
    }
    for subject in subjects {
        let codes = subject.profile.success_codes(subject.operation).iter();
        let other = &subject.operation.success.other;
        let codes = codes.filter(|code| !other.contains(code)).skip(1);
        for status in codes.take(MOST_STATUSES) {
            let change = Change::of(vec![Act::Head(Head::Status(*status))]);
            let change = change.on(&subject.operation.id);
            let id = format!("{}:status-{status}", subject.slug());
            variations.push(Variation::new(family, &id, change));
        }
    }
    variations
}

/// Whether a frame takes so long that one format must do.
fn is_slow(frame: Frame) -> bool {
    matches!(frame, Frame::Chunks(1) | Frame::Drip(..) | Frame::Late(_))
}

fn set(name: &str, value: &str) -> Act {
    Act::Head(Head::Set(name.to_owned(), value.to_owned()))
}

fn add(name: &str, value: &str) -> Act {
    Act::Head(Head::Add(name.to_owned(), value.to_owned()))
}

/// Other labels of the same media type.
fn labels(format: Format) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = Vec::new();
    let types: &[(&str, &str)] = match format {
        Format::Json => &[("", "application/json")],
        Format::Xml => &[("", "text/xml"), ("application-", "application/xml")],
    };
    for (prefix, own) in types {
        for (name, label) in [
            ("no-charset", (*own).to_owned()),
            ("charset-in-capitals", format!("{own}; charset=UTF-8")),
            ("charset-quoted", format!("{own}; Charset=\"utf-8\"")),
            (
                "label-in-capitals",
                format!("{}; CHARSET=Utf-8", own.to_uppercase()),
            ),
            ("charset-utf8", format!("{own}; charset=utf8")),
            ("charset-utf8-in-capitals", format!("{own}; charset=UTF8")),
            ("charset-utf8-quoted", format!("{own}; charset=\"Utf8\"")),
            ("label-without-blank", format!("{own};charset=utf-8")),
            ("label-with-blanks", format!("{own} ;  charset=utf-8")),
            (
                "other-parameter",
                format!("{own}; version=2; charset=utf-8; q=\"a;b\""),
            ),
            (
                "quoted-parameter",
                format!("{own};; q=\"a;charset=koi8-r\"; charset=\"utf\\-8\";"),
            ),
        ] {
            labels.push((format!("{prefix}{name}"), label));
        }
    }
    labels
}

/// Headers that say nothing about the contract.
fn headers() -> Vec<(&'static str, Vec<Act>)> {
    let long = "x".repeat(6_000);
    let many = (0..60).map(|number| add(&format!("X-Header-{number}"), "value"));
    let crowd = (0..150).map(|number| add(&format!("X-Short-Header-{number}"), "short"));
    vec![
        (
            "cookies",
            vec![
                add(
                    "Set-Cookie",
                    "asc_auth_key=secret; path=/; HttpOnly; SameSite=Lax",
                ),
                add(
                    "Set-Cookie",
                    "lang=lv; expires=Wed, 21 Oct 2099 07:28:00 GMT",
                ),
            ],
        ),
        (
            "caching",
            vec![
                set("ETag", "W/\"33a64df5\""),
                set("Cache-Control", "no-cache, no-store, max-age=0"),
                set("Last-Modified", "Tue, 08 Dec 2020 17:37:04 GMT"),
                set("Vary", "Accept, Accept-Encoding"),
            ],
        ),
        (
            "security",
            vec![
                set("Strict-Transport-Security", "max-age=31536000"),
                set("X-Content-Type-Options", "nosniff"),
                set("Content-Security-Policy", "default-src 'none'"),
                set("Access-Control-Allow-Origin", "*"),
            ],
        ),
        (
            "server",
            vec![
                set("Server", "nginx (Ubuntu)"),
                set("X-Powered-By", "ASP.NET"),
                set("Date", "Tue, 08 Dec 2020 17:37:04 GMT"),
            ],
        ),
        (
            "language-and-disposition",
            vec![
                set("Content-Language", "en, lv"),
                set("Content-Disposition", "inline; filename=\"contact.json\""),
            ],
        ),
        ("retry-after-on-success", vec![set("Retry-After", "0")]),
        (
            "location-on-success",
            vec![set("Location", "/api/2.0/crm/contact/1234")],
        ),
        ("long-header", vec![set("X-Trace", &long)]),
        ("many-headers", many.collect()),
        ("more-headers-than-100", crowd.collect()),
        ("empty-header", vec![set("X-Nothing", "")]),
        ("latin-1-header", vec![set("X-Name", "Müller")]),
        (
            "identity-encoding",
            vec![set("Content-Encoding", "identity")],
        ),
    ]
}
