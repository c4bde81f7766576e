//! What refusals tell of a portal's inside: the rule stands in docs/refusals.md.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use url::Url;

use crate::check::aside::Aside;
use crate::check::aside::around::{Around, Own};
use crate::check::aside::sign::SIGNS;
use crate::check::aside::version::tells_version;
use crate::check::escape::{Escapes, unescaped};
use crate::check::{AnswerPart, Inside, Name, Observed, PathStyle, Platform, Promise, Rule};
use crate::client::Response;

/// How many signs in one text are looked at; a hostile one may hold nothing else.
const MAX_SIGNS: usize = 4_000;

/// Headers that name another machine, or hold what a program says to who wrote it.
const TELLING: [(&str, Inside); 10] = [
    ("x-backend-host", Inside::Host),
    ("x-backend-server", Inside::Host),
    ("x-chromelogger-data", Inside::Trace(Platform::Php)),
    ("x-debug-exception", Inside::Trace(Platform::Php)),
    ("x-debug-exception-file", Inside::Trace(Platform::Php)),
    ("x-debug-token", Inside::Trace(Platform::Php)),
    ("x-debug-token-link", Inside::Trace(Platform::Php)),
    ("x-php-originating-script", Inside::Path(PathStyle::Unix)),
    // A path in base64, which ASP.NET says to a debugger.
    ("x-sourcefiles", Inside::Path(PathStyle::Windows)),
    ("x-upstream-addr", Inside::Host),
];

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true);
    builder.build(SIGNS.iter().map(|sign| sign.text)).ok()
});

/// What a refusal tells of the inside of the portal at a URL; each kind once for each place.
#[must_use]
pub fn disclosed(response: &Response, url: &Url) -> Vec<Aside> {
    let own = Own {
        host: url.host_str().unwrap_or_default().to_ascii_lowercase(),
        prefix: url.path().trim_end_matches('/').to_owned(),
    };
    let mut found: BTreeSet<(AnswerPart, Inside)> = BTreeSet::new();
    let mut add = |place: AnswerPart, told: BTreeSet<Inside>| {
        found.extend(told.into_iter().map(|what| (place.clone(), what)));
    };
    add(AnswerPart::Reason, told(&response.head.reason, &own));
    for (name, value) in &response.head.headers {
        let place = || AnswerPart::Header(Name::of(name));
        let known = TELLING.iter().filter(|(telling, _)| telling == name);
        add(place(), known.map(|(_, what)| *what).collect());
        let mut inside = told(value, &own);
        // What names software in every answer is told of all answers.
        if tells_version(name, value) {
            inside.remove(&Inside::Version);
        }
        add(place(), inside);
    }
    add(AnswerPart::Body, told(&spelled_out(&response.body), &own));
    let asides = found.into_iter().map(|(place, what)| Aside {
        rule: Rule::Disclosure,
        expected: Promise::NothingInside,
        actual: Observed::Inside(what, place),
    });
    asides.collect()
}

/// Which signs a text holds.
fn told(text: &str, own: &Own) -> BTreeSet<Inside> {
    let mut found = BTreeSet::new();
    let Some(search) = SEARCH.as_ref() else {
        return found;
    };
    for place in search.find_overlapping_iter(text).take(MAX_SIGNS) {
        let sign = &SIGNS[place.pattern().as_usize()];
        let around = Around {
            text,
            from: place.start(),
            to: place.end(),
            own,
        };
        if !found.contains(&sign.what) && (sign.is_one)(&around) {
            found.insert(sign.what);
        }
    }
    found
}

/// A body with the escapes of its format undone: in JSON a backslash begins one, elsewhere it is itself.
fn spelled_out(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let is_json = text.trim_start().starts_with(['{', '[', '"']);
    let escapes = if is_json {
        Escapes::Json
    } else {
        Escapes::Markup
    };
    unescaped(&text, escapes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::check::Inside::{Address, Database, Host, Path, Secret, Trace, Version};
    use crate::check::PathStyle::{Unix, Windows};
    use crate::check::Platform::{
        DotNet, Elixir, Go, Java, Native, Node, Perl, Php, Python, Ruby, Rust,
    };
    use crate::client::tests_support::response;

    fn kinds(body: &str) -> Vec<Inside> {
        kinds_at("https://portal.example.com/home/api/", body)
    }

    fn kinds_at(url: &str, body: &str) -> Vec<Inside> {
        let url = url.parse().unwrap();
        let found = disclosed(&response(500, body), &url);
        let what = |aside: Aside| match aside.actual {
            Observed::Inside(what, AnswerPart::Body) => what,
            other => unreachable!("{other:?}"),
        };
        found.into_iter().map(what).collect()
    }

    #[test]
    fn what_tells_of_the_inside_is_found_in_each_spelling() {
        for (body, expected) in [
            (
                r#"{"stack": "   at ASC.Api.Crm.Get(Int32 id)\r\n   at System.Web.X.Do()"}"#,
                &[Trace(DotNet)][..],
            ),
            (
                r#"{"stack": "at ASC.Get(Int32 id) in C:\\build\\Api.cs:line 12"}"#,
                &[Trace(DotNet), Path(Windows)],
            ),
            (
                "java.lang.NullPointerException\n\tat com.x.Y.z(Y.java:12)",
                &[Trace(Java)],
            ),
            (
                "Traceback (most recent call last):\n File \"/usr/lib/x/app.py\", line 3",
                &[Trace(Python), Path(Unix)],
            ),
            (
                "<b>Fatal error</b>: x in <b>/var/www/html/api.php</b> on line <b>3</b>",
                &[Trace(Php), Path(Unix)],
            ),
            (
                "TypeError: x\n    at get (/app/server.js:10:5)",
                &[Trace(Node), Path(Unix)],
            ),
            ("goroutine 17 [running]:\nmain.go:12", &[Trace(Go)]),
            ("main.go:12 +0x1d", &[Trace(Go)]),
            ("thread 'main' panicked at src/main.rs:12", &[Trace(Rust)]),
            (
                r#"{"error": "thread 'tokio-runtime-worker' panicked at src/main.rs:12:5:\nx"}"#,
                &[Trace(Rust)],
            ),
            (
                "called `Option::unwrap()` on a `None` value",
                &[Trace(Rust)],
            ),
            ("app.rb:12:in `get'", &[Trace(Ruby)]),
            (
                "MongoServerError: E11000 duplicate key error collection: crm.contacts",
                &[Database],
            ),
            ("PostgreSQL 13.4 on x86_64", &[Version]),
            ("ONLYOFFICE Community Server 12.7.1", &[Version]),
            ("Portal version 12.7.1", &[Version]),
            ("Django Version: 4.2.7", &[Version]),
            ("Spring Boot 2.7.3", &[Version]),
            ("OpenResty 1.21.4.1", &[Version]),
            ("the portal has 12 projects", &[]),
            ("version 2 of the portal", &[]),
            ("server: MySQL 5.7.33", &[Version]),
            (r#"{"error": "SQLSTATE[42000]: near '31\\''"}"#, &[Database]),
            ("ORA-01756: quoted string", &[Database]),
            ("SELECT id FROM crm_contact WHERE id = 31&#39;", &[Database]),
            (r#"{"path": "\/etc\/passwd"}"#, &[Path(Unix)]),
            ("<p>D:\\inetpub\\wwwroot</p>", &[Path(Windows)]),
            ("<hr>nginx/1.18.0", &[Version]),
            ("ASP.NET Version:4.0.30319", &[Version]),
            ("cannot reach 10.0.3.7:3306", &[Address]),
            ("no route to 172.16.0.1.", &[Address]),
            ("db01.internal refused", &[Host]),
        ] {
            assert_eq!(kinds(body), expected, "{body}");
        }
    }

    fn assert_kinds(all: &[(&str, &[Inside])]) {
        let found = all
            .iter()
            .map(|(body, expected)| (*body, kinds(body), *expected));
        let missed: Vec<_> = found
            .filter(|(_, found, expected)| found != expected)
            .collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn what_frameworks_print_is_found() {
        assert_kinds(&[
            // Spring, Ktor, Play.
            (
                r#"{"exception": "com.acme.crm.ContactNotFoundException", "path": "/x"}"#,
                &[Trace(Java)],
            ),
            (
                "java.util.NoSuchElementException: No value present",
                &[Trace(Java)],
            ),
            ("kotlin.KotlinNullPointerException", &[Trace(Java)]),
            (
                "\tat com.acme.ContactsKt.get(Contacts.kt:31)",
                &[Trace(Java)],
            ),
            (
                "io.ktor.server.plugins.NotFoundException: no",
                &[Trace(Java)],
            ),
            (
                "scala.MatchError: None\n at crm.Get$.apply(Get.scala:88)",
                &[Trace(Java)],
            ),
            ("HikariPool-1 - Connection is not available", &[Database]),
            // Phoenix.
            (
                "** (Ecto.NoResultsError) expected at least one result",
                &[Trace(Elixir), Database],
            ),
            (
                "(crm 0.1.0) lib/crm/contacts.ex:31: Crm.Contacts.get!/1",
                &[Trace(Elixir)],
            ),
            (
                "no route found for GET /x (Phoenix.Router.NoRouteError)",
                &[Trace(Elixir)],
            ),
            // Rails, Sinatra.
            (
                "ActiveRecord::RecordNotFound (Couldn't find Contact with 'id'=31)",
                &[Database],
            ),
            ("undefined method `name' for nil:NilClass", &[Trace(Ruby)]),
            ("NoMethodError in ContactsController#show", &[Trace(Ruby)]),
            // Django, Flask, FastAPI.
            (
                "you have <code>DEBUG = True</code> in your settings",
                &[Trace(Python)],
            ),
            (
                "'NoneType' object has no attribute 'name'",
                &[Trace(Python)],
            ),
            (
                "django.db.utils.OperationalError: no such table: crm_contact",
                &[Database],
            ),
            ("sqlalchemy.exc.NoResultFound", &[Database]),
            // Laravel, Symfony.
            (
                r#"{"exception": "Illuminate\\Database\\QueryException"}"#,
                &[Trace(Php), Database],
            ),
            ("Call to a member function getId() on null", &[Trace(Php)]),
            (
                "An exception occurred while executing 'SELECT 1'",
                &[Database],
            ),
            // Express, Nest.
            (
                "Cannot read properties of undefined (reading 'id')",
                &[Trace(Node)],
            ),
            (
                "    at file:///srv/app/get.mjs:10:5",
                &[Trace(Node), Path(Unix)],
            ),
            (
                "QueryFailedError: relation \"contact\" does not exist",
                &[Database],
            ),
            ("Cast to ObjectId failed for value \"31\"", &[Database]),
            ("connect ETIMEDOUT 10.0.3.7:3306", &[Address, Host]),
            // ASP.NET.
            (
                "Microsoft.Data.SqlClient.SqlException: Invalid object name 'Contact'.",
                &[Database],
            ),
            // Go.
            ("sql: no rows in result set", &[Database]),
            (r#"pq: relation "contact" does not exist"#, &[Database]),
            (
                "strconv.Atoi: parsing \"31x\": invalid syntax",
                &[Trace(Go)],
            ),
            (
                "dial tcp [fd12::17]:5432: connect: connection refused",
                &[Address, Host],
            ),
            // Rust, C, Perl.
            ("ParseIntError { kind: InvalidDigit }", &[Trace(Rust)]),
            ("name.c:31: assertion failed", &[Trace(Native)]),
            (
                "Died at /srv/www/get.pl line 31.",
                &[Trace(Perl), Path(Unix)],
            ),
        ]);
    }

    #[test]
    fn what_databases_say_secrets_and_places_are_found() {
        assert_kinds(&[
            // Databases and what else holds data.
            (r#"relation \"contact\" does not exist"#, &[]),
            ("relation &quot;contact&quot; does not exist", &[Database]),
            ("Table 'crm.contact' doesn't exist", &[Database]),
            (
                "Access denied for user 'crm'@'10.0.3.7' (using password: YES)",
                &[Database, Address],
            ),
            ("Unknown column 'x' in 'where clause'", &[Database]),
            (
                "select id from contact c join owner o on o.id = c.owner_id",
                &[Database],
            ),
            (
                "WRONGTYPE Operation against a key holding the wrong kind of value",
                &[Database],
            ),
            ("NOAUTH Authentication required.", &[Database]),
            // Secrets.
            ("Server=db;Database=crm;Uid=crm;Pwd=s3cret;", &[Secret]),
            ("postgres://crm:s3cret@db/crm", &[Database, Secret]),
            ("DB_HOST=db\nDB_PASSWORD=s3cret", &[Secret]),
            (r#"{"env": {"DB_PASSWORD": "s3cret"}}"#, &[Secret]),
            ("-----BEGIN RSA PRIVATE KEY-----", &[Secret]),
            // Paths.
            ("C:/inetpub/wwwroot", &[Path(Windows)]),
            (r"open \\fs01\crm: access denied", &[Path(Windows)]),
            (r#"{"file": "\\\\fs01\\crm"}"#, &[Path(Windows)]),
            ("file:///C:/sites/crm", &[Path(Windows)]),
            ("file:///srv", &[Path(Unix)]),
            // Versions.
            ("Rails 7.1.2", &[Version]),
            ("powered by uvicorn/0.23", &[Version]),
        ]);
        let mut refusal = response(404, "");
        let path = "=?UTF-8?B?QzpcVXNlcnNcYW5u?=";
        refusal.head.headers = vec![("x-sourcefiles".to_owned(), path.to_owned())];
        let found = disclosed(&refusal, &"http://portal.test".parse().unwrap());
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn lawful_texts_of_names_addresses_and_documents_are_no_signs() {
        let mut called = Vec::new();
        for body in [
            "main.local is not a contact",
            "No such contact: PHP 7.4 course",
            "no contact 'PHP 7.4'",
            "the Express 2.0 delivery was refused",
            "Portal 2.0",
            "terms of use, Portal 1.2.2020",
            "Spring 12.3.2021",
            "write to ann@main.local or bob@crm.lan",
            "Home/Work/2, Rope Walk 3, 10.5 km",
            "flat C: see annex c/4",
            "art. 5.c:31",
            "fd:12:34:56:78:9a",
            "the token fd12 is none",
            "2001:db8::1 is not allowed",
            "INVALID_PASSWORD: the password is wrong",
            r#"{"code": "WRONG_PASSWORD", "message": "password=wrong"}"#,
            "send userName=NAME and password=PASSWORD",
            "see https://docs.example.com:443/@portal",
            "Access denied for user 'anna'",
            "permission denied for contact 31",
            "the relation \"friend\" is unknown",
            "contact \"x\" does not exist",
            "please select a name, a phone or both from the form where they stand",
            "update your profile, set name = first and last",
            "delete from the list what you do not need",
            "insert into each line one value",
            "the exception is Monday",
            "see Portal.Exception for more",
            "Cannot GET /api/2.0/crm/contact/31",
            r#"{"detail": [{"loc": ["path", "id"], "type": "int_parsing"}]}"#,
            r#"{"type": "https://tools.ietf.org/html/rfc9110#section-15.5.5", "traceId": "00-1"}"#,
            r#"{"pattern": "^\\d+\\w*$"}"#,
            "value must match \\d\\w",
            "Phoenix. Arizona",
            "** (see below)",
            "select * as you like",
            "Whoops, looks like something went wrong.",
            "Input string was not in a correct format.",
        ] {
            called.extend(kinds(body).into_iter().map(|what| (body, what)));
        }
        assert!(called.is_empty(), "{called:#?}");
    }

    #[test]
    fn what_a_refusal_may_say_is_no_sign() {
        for body in [
            "",
            "Unauthorized",
            r#"{"error": "Not found"}"#,
            r#"{"error": "The value \"31'\" is no id:\nsee /api/2.0/crm/contact"}"#,
            "<link href=\"/home/styles/site.css\"><script src='/var/x/app.js'></script>",
            "see https://docs.example.com/usr/share/manual and https://x.example/etc/",
            "No resource matches https://portal.example.com/home/api/api/2.0/crm/contact/abc",
            "no such path: /home/api/2.0/crm/contact/abc",
            "<center>nginx</center>",
            "Please select a contact from the list where it is shown",
            "look at System.Foo (chapter 3)",
            "meet at noon.",
            "error 10.5 of 172 at 10.10.2020 in version 10.0.19041.1",
            "the address 192.0.2.1 and 172.64.0.1",
            "ask portal.example.com or the locals of this.localname",
            "if (a.local) b.lan();",
            "a: \\nothing",
            "open 10:30, closed 12:45",
            "portal.rs:8080 did not answer",
            "PostgreSQL and MySQL are down",
        ] {
            assert_eq!(kinds(body), [], "{body}");
        }
        let inner = "http://portal.example.local";
        assert_eq!(kinds_at(inner, "ask help.example.local"), []);
        assert_eq!(kinds_at("http://10.0.3.7/", "at 10.0.3.7"), []);
        assert_eq!(kinds_at("http://10.0.3.7/", "at 10.0.3.8"), [Address]);
    }

    #[test]
    fn headers_and_the_reason_are_looked_at_as_well() {
        let url = "http://portal.test".parse().unwrap();
        let mut refusal = response(404, "");
        refusal.head.reason = "ORA-00942".to_owned();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        refusal.head.headers = vec![
            header("server", "nginx/1.18.0"),
            header("via", "1.1 cache01.internal"),
            header("x-backend-server", "web-1"),
            header("x-error", "/var/www/html/index.php"),
        ];
        let found = disclosed(&refusal, &url)
            .into_iter()
            .map(|aside| aside.actual);
        let found: Vec<Observed> = found.collect();
        let of = |name: &str| AnswerPart::Header(Name::of(name));
        assert_eq!(
            found,
            [
                Observed::Inside(Database, AnswerPart::Reason),
                Observed::Inside(Host, of("via")),
                Observed::Inside(Host, of("x-backend-server")),
                Observed::Inside(Path(Unix), of("x-error")),
            ]
        );
    }

    #[test]
    fn hostile_texts_cost_what_their_length_costs() {
        let url = "http://portal.test".parse().unwrap();
        for part in [
            "at ", "at a.", "10.", ".local", "/var/", "SELECT ", "\\u", "&#", "fd", "://", "\\",
        ] {
            let text = part.repeat(256 * 1024 / part.len());
            let found = disclosed(&response(404, &text), &url);
            assert!(found.len() < 3, "{part}: {found:?}");
        }
    }
}
