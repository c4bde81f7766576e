//! What each fuzz target does with its bytes, by functions that anybody can call: reads them as a file or an
//! answer, and makes of it what the commands do. It must end soon, without a panic, whatever the bytes are.
//!
//! `tests/suite/fuzzed.rs` replays the seeds, and what is like them, by the same functions.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use portal_conformance::check::Expectations;
use portal_conformance::client::{Exchange, Guise, Head, Request, Response, Token};
use portal_conformance::config::File;
use portal_conformance::contract::{self, Contract, Format};
use portal_conformance::profile::{self, Profile};
use portal_conformance::source::Source;
use portal_conformance::{lint, page, recording, schema, snapshot};

static BUILTIN: LazyLock<Vec<(Arc<Profile>, Expectations)>> = LazyLock::new(|| {
    let contract = builtin_contract();
    let profiles = profile::builtin_names().into_iter().filter_map(|name| {
        let profile = Arc::new(profile::load(name).ok()?);
        let expectations = Expectations::of(&contract, &profile, false);
        Some((profile, expectations))
    });
    profiles.collect()
});

fn builtin_contract() -> Contract {
    let contract = contract::of_sources(page::builtin());
    contract.unwrap_or_default()
}

/// A page: read, looked at for contradictions, made into schemas.
pub(crate) fn page(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match contract::of_sources(vec![Source::new("page.txt", text)]) {
        Ok(contract) => {
            let _ = lint::findings(&contract);
            for (profile, _) in &*BUILTIN {
                let _ = schema::files(&contract, profile);
            }
        }
        Err(errors) => {
            let is_placed = |error: &page::PageError| error.at.starts_with("page.txt:");
            assert!(errors.0.iter().all(is_placed), "{errors}");
        }
    }
}

/// An answer in JSON, of every operation.
pub(crate) fn json(bytes: &[u8]) {
    answer(bytes, Format::Json, "application/json");
}

/// An answer in XML, of every operation.
pub(crate) fn xml(bytes: &[u8]) {
    answer(bytes, Format::Xml, "text/xml");
}

fn answer(bytes: &[u8], format: Format, media_type: &str) {
    let exchange = Exchange {
        request: Request {
            method: "GET".to_owned(),
            path: "api/2.0/crm/contact/1234".to_owned(),
            accept: media_type.to_owned(),
            token: Token::Valid,
            guise: Guise::Plain,
            headers: portal_conformance::client::Headers::default(),
            body: None,
        },
        outcome: Ok(Response {
            head: Head::default(),
            status: 200,
            content_types: vec![media_type.to_owned()],
            body: bytes.to_vec(),
            keeps_open: true,
            limits_pace: false,
            location: None,
            page: portal_conformance::client::page::KnownPage::default(),
        }),
        retries: 0,
        elapsed: Duration::ZERO,
    };
    for (_, expectations) in &*BUILTIN {
        for operation in 0.. {
            let Some(expectation) = expectations.get(operation, format) else {
                break;
            };
            let _ = expectation.read(&exchange);
        }
    }
}

/// Recorded traffic.
pub(crate) fn har(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = recording::read(text);
    }
}

/// A configuration file.
pub(crate) fn config(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = File::parse("portal-conformance.toml", text, PathBuf::new());
    }
}

/// A profile of the user's.
pub(crate) fn profile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(profile) = profile::parse("mine.toml", text) {
        let contract = builtin_contract();
        let _ = profile.check(&contract);
        let _ = schema::files(&contract, &profile);
    }
}

/// A snapshot that waits for review.
pub(crate) fn snapshot(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else {
        return;
    };
    let file = folder
        .path()
        .join("get-crm-contact-contactid-json.snap.new");
    if std::fs::write(file, bytes).is_ok() {
        let _ = snapshot::pending(folder.path());
    }
}
