//! Faults of what answers say beside their content: no page speaks of it, and almost all is told as a
//! remark.

use crate::case::Check;
use crate::check::Family;
use crate::client::FOREIGN_ORIGIN;
use crate::contract::Format;
use crate::portal::change::body::Bytes;
use crate::portal::change::{Act, Answers, Change, Head, Policy};
use crate::proof::fault::Fault;
use crate::proof::owed;
use crate::proof::subject::Subject;

/// What refusals say to who wrote the portal, or tell of where it stands: name, text in JSON.
const TOLD: &[(&str, &str)] = &[
    (
        "trace-dotnet",
        r"no\r\n   at Crm.Api.Contacts.Get(Int32 id)\r\n   at System.Web.Http.Do()",
    ),
    (
        "trace-java",
        r"no\n\tat com.portal.Contacts.get(Contacts.java:31)",
    ),
    (
        "trace-python",
        r#"Traceback (most recent call last):\n  File \"app.py\", line 31, in get"#,
    ),
    ("trace-php", r"Uncaught Error: no in contacts.php:31"),
    ("trace-node", r"no\n    at get (contacts.js:31:7)"),
    (
        "trace-go",
        r"panic: runtime error: no\n\ngoroutine 7 [running]:",
    ),
    ("trace-ruby", r"contacts.rb:31:in `get'"),
    ("trace-rust", r"thread 'main' panicked at src/main.rs:31"),
    ("database-version", r"PostgreSQL 13.4 is not there"),
    (
        "sql",
        r"SELECT id FROM contact WHERE id = 31' AND tenant = 1",
    ),
    (
        "sql-error",
        r"You have an error in your SQL syntax near ''31'' at line 1",
    ),
    ("path-unix", r"cannot read \/var\/www\/portal\/contacts"),
    ("path-windows", r"cannot read C:\\inetpub\\wwwroot"),
    ("software-version", r"no (Apache/2.4.41)"),
    ("private-address", r"cannot reach 10.0.3.7:3306"),
    ("inner-host", r"cannot reach db01.internal:3306"),
];

pub(super) fn faults(subjects: &[Subject<'_>]) -> Vec<Fault> {
    let Some(first) = subjects.first() else {
        return Vec::new();
    };
    let mut reads = subjects.iter().filter(|one| !one.operation.writes());
    let private = reads.clone().find(|one| one.operation.authenticated);
    let reads = reads.next();
    let mut faults: Vec<Fault> = headers()
        .into_iter()
        .filter_map(|(name, answers, headers)| {
            // Only what needs a token must not be kept for others.
            let told_of = if name.starts_with("cacheable") {
                private?
            } else {
                first
            };
            Some(of_headers(told_of, name, answers, headers).remarked())
        })
        .collect();
    let echo = |name, answers| {
        let change = Change::of(vec![Act::Policy(Policy::EchoToken)]).among(answers);
        Fault::new(
            Family::Transport,
            name,
            change,
            vec![first.any_case(Format::Json)],
        )
    };
    faults.push(echo("echoed-token", Answers::Successes));
    faults.push(echo(
        "echoed-token-in-refusals",
        Answers::Refusals(Vec::new()),
    ));
    if let Some(subject) = reads {
        faults.extend(shared_tag(subject));
        faults.extend(refusals(subject));
    }
    faults
}

/// A name and a value.
type Header = (&'static str, &'static str);

/// Headers of every answer: name, which answers, headers.
fn headers() -> Vec<(&'static str, Answers, Vec<Header>)> {
    let (all, successes) = (|| Answers::All, || Answers::Successes);
    let credentials = ("Access-Control-Allow-Credentials", "true");
    let origin = |origin| vec![("Access-Control-Allow-Origin", origin), credentials];
    vec![
        (
            "server-version",
            all(),
            vec![("Server", "nginx/1.24.0 (Ubuntu)")],
        ),
        (
            "powered-by-version",
            all(),
            vec![("X-Powered-By", "PHP/7.4.3")],
        ),
        (
            "aspnet-version",
            all(),
            vec![("X-AspNet-Version", "4.0.30319")],
        ),
        (
            "proxy-version",
            all(),
            vec![("Via", "1.1 cache (Varnish/6.0)")],
        ),
        ("product-version", all(), vec![("X-Jenkins", "2.303.1")]),
        (
            "named-version",
            all(),
            vec![("X-Application-Version", "v5.6")],
        ),
        (
            "cacheable-public",
            successes(),
            vec![("Cache-Control", "public, max-age=600")],
        ),
        (
            "cacheable-shared",
            successes(),
            vec![("Cache-Control", "s-maxage=600")],
        ),
        (
            "cacheable-revalidated",
            successes(),
            vec![("Cache-Control", "max-age=600, must-revalidate")],
        ),
        (
            "cacheable-by-networks",
            successes(),
            vec![
                ("Cache-Control", "private"),
                ("CDN-Cache-Control", "max-age=600"),
            ],
        ),
        (
            "cookie-open",
            all(),
            vec![("Set-Cookie", "asc_auth_key=abc; path=/")],
        ),
        (
            "cookie-to-other-sites",
            all(),
            vec![("Set-Cookie", "ASP.NET_SessionId=abc; path=/; HttpOnly")],
        ),
        ("any-origin", all(), origin("*")),
        ("null-origin", all(), origin("null")),
        ("asking-origin", all(), origin(FOREIGN_ORIGIN)),
    ]
}

/// It is told once, in the first case that shows it.
fn of_headers(
    first: &Subject<'_>,
    name: &str,
    answers: Answers,
    headers: Vec<(&str, &str)>,
) -> Fault {
    let set = |(name, value): (&str, &str)| Act::Head(Head::Set(name.to_owned(), value.to_owned()));
    let acts: Vec<Act> = headers.into_iter().map(set).collect();
    let told = first.any_case(Format::Json);
    Fault::new(
        Family::Transport,
        name,
        Change::of(acts).among(answers),
        vec![told],
    )
}

fn shared_tag(subject: &Subject<'_>) -> Option<Fault> {
    subject.identity.as_ref()?;
    let fault = of_headers(
        subject,
        "etag-of-all",
        Answers::Successes,
        vec![("ETag", "\"7\"")],
    );
    Some(fault.remarked())
}

/// Refusals of an id that nothing has, in JSON.
fn refusals(subject: &Subject<'_>) -> Vec<Fault> {
    let Some(parameter) = subject.ids().next() else {
        return Vec::new();
    };
    let refusal = owed::unknown(parameter);
    let label = |value: &str| Act::Head(Head::Set("Content-Type".to_owned(), value.to_owned()));
    let whole = |body: &str| Act::Bytes(Bytes::Whole(body.as_bytes().to_vec()));
    let fault = |name: &str, acts: Vec<Act>| {
        let change = Change::of(acts)
            .on(&subject.operation.id)
            .in_format(Format::Json)
            .among(Answers::Refusals(owed::objections(&refusal)));
        let check = Check::Refusal(refusal.clone());
        let told = vec![subject.case(Format::Json, check)];
        Fault::new(Family::Refusal, name, change, told).remarked()
    };
    let error = |message: &str| {
        format!("{{\"status\":1,\"statusCode\":404,\"error\":{{\"message\":\"{message}\"}}}}")
    };
    let told = TOLD.iter();
    let mut faults: Vec<Fault> = told
        .map(|(name, message)| fault(&format!("tells-{name}"), vec![whole(&error(message))]))
        .collect();
    for (name, header, value) in [
        (
            "tells-path-in-header",
            "X-Error",
            "/var/www/portal/contacts",
        ),
        ("tells-host-in-header", "X-Backend-Server", "web-01"),
    ] {
        let head = Head::Set(header.to_owned(), value.to_owned());
        faults.push(fault(name, vec![Act::Head(head)]));
    }
    let page = "<!DOCTYPE html><html><head><title>404</title></head><body>No</body></html>";
    for (name, body, media_type) in [
        ("as-page", page, "text/html; charset=utf-8"),
        ("as-page-labelled-json", page, "application/json"),
        ("as-text", "Not found", "text/plain"),
        ("as-xml", "<error>No</error>", "text/xml"),
        ("as-bytes", "Not found", "application/octet-stream"),
    ] {
        faults.push(fault(name, vec![whole(body), label(media_type)]));
    }
    if !subject.profile.refusal.error.is_empty() {
        for (name, body) in [
            (
                "error-as-text",
                r#"{"status":1,"statusCode":404,"error":"No"}"#,
            ),
            ("error-as-problem", r#"{"title":"No","detail":"Not found"}"#),
            (
                "error-as-success",
                r#"{"status":0,"statusCode":404,"error":{"message":"No"}}"#,
            ),
            (
                "error-beside-payload",
                r#"{"status":1,"statusCode":404,"response":[],"error":{"message":"No"}}"#,
            ),
            (
                "error-of-other-code",
                r#"{"status":1,"statusCode":200,"error":{"message":"No"}}"#,
            ),
            ("error-cut", r#"{"status":1,"statusCode":404,"#),
        ] {
            faults.push(fault(name, vec![whole(body)]));
        }
    }
    faults
}
