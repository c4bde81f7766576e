//! What is tried: the answers of a contract under a profile, with everything that judges them.

use std::fmt::Write;
use std::sync::Arc;

use jsonschema::Validator;
use portal_conformance::check::{Expectation, Expectations, Observed};
use portal_conformance::client::Exchange;
use portal_conformance::contract::{self, Contract, Format};
use portal_conformance::profile::{self, Profile};
use portal_conformance::source::Source;
use portal_conformance::{page, schema};
use serde_json::Value;

use crate::support::told;
use crate::support::xmllint::{self, Judged};

/// An answer of this body.
pub(super) fn exchange(body: &Value) -> Exchange {
    told(body.to_string())
}

/// A contract under a profile.
pub(super) struct Subject {
    pub(super) contract: Arc<Contract>,
    pub(super) profile: Arc<Profile>,
    expectations: Expectations,
}

/// What two judges of one text said, where they disagree, and how many texts there were.
#[derive(Debug, Default)]
pub(super) struct Disagreements {
    pub(super) tried: usize,
    pub(super) accepted: usize,
    pub(super) found: Vec<String>,
}

impl Subject {
    pub(super) fn builtin(profile: &str) -> Self {
        let contract = contract::of_sources(page::builtin()).unwrap();
        Self::new(contract, profile::load(profile).unwrap())
    }

    /// The one operation of a page, under a profile that extends another.
    pub(super) fn of(page: &str, profile: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("profile.toml");
        std::fs::write(&path, profile).unwrap();
        let profile = profile::load(path.to_str().unwrap()).unwrap();
        let contract = contract::of_sources(vec![Source::new("page.txt", page)]).unwrap();
        Self::new(contract, profile)
    }

    fn new(contract: Contract, profile: Profile) -> Self {
        let (contract, profile) = (Arc::new(contract), Arc::new(profile));
        Self {
            expectations: Expectations::of(&contract, &profile, false),
            contract,
            profile,
        }
    }

    /// The body of the page's example.
    pub(super) fn example(&self, at: usize, format: Format) -> &str {
        let operation = &self.contract.operations[at];
        operation
            .source
            .slice(operation.response(format).unwrap().body)
    }

    pub(super) fn expectation(&self, at: usize, format: Format) -> &Expectation {
        self.expectations.get(at, format).unwrap()
    }

    /// What the walker says of a text: whether it keeps the contract, and why not; `None` for a text that
    /// it cannot read.
    pub(super) fn walked(&self, at: usize, format: Format, text: &str) -> Option<(bool, String)> {
        let violations = self.expectation(at, format).members(text)?;
        let mut why = String::new();
        for one in &violations {
            let _ = write!(why, "{} at {}; ", one.rule, one.pointer);
        }
        Some((violations.is_empty(), why))
    }

    /// The schema of the answers as others run it: formats as annotations, and as assertions.
    pub(super) fn validators(&self, at: usize) -> [Validator; 2] {
        let operation = &self.contract.operations[at];
        let answer = self.profile.answer(operation, Format::Json).unwrap();
        let schema = schema::response(operation, &answer);
        [false, true].map(|asserts| {
            let options = jsonschema::options().should_validate_formats(asserts);
            options.build(&schema).unwrap()
        })
    }

    /// Bodies of which schema and walker disagree.
    pub(super) fn json(&self, at: usize, bodies: &[Value]) -> Disagreements {
        let [annotates, asserts] = self.validators(at);
        let mut all = Disagreements::default();
        for body in bodies {
            let text = body.to_string();
            let (keeps, why) = self.walked(at, Format::Json, &text).unwrap();
            all.tried += 1;
            all.accepted += usize::from(keeps);
            let said = [annotates.is_valid(body), asserts.is_valid(body)];
            // A leap second beside an offset is told from none by subtracting only.
            let said = if text.contains(":60") {
                &said[..1]
            } else {
                &said[..]
            };
            let read = self.expectation(at, Format::Json).read(&exchange(body));
            let mut told = read.violations.iter();
            let is_unexplained = told.any(|found| found.actual == Observed::Breach);
            if is_unexplained || said.iter().any(|said| *said != keeps) {
                all.found
                    .push(format!("schema: {said:?}, walker: {keeps} {why}\n{text}"));
            }
        }
        all
    }

    /// Texts of which grammar and walker disagree; `None` without xmllint.
    pub(super) fn xml(&self, at: usize, texts: &[String]) -> Option<Disagreements> {
        let answer = self
            .profile
            .answer(&self.contract.operations[at], Format::Xml)
            .unwrap();
        let grammar = schema::relax_ng(&answer);
        let judged = xmllint::judge_all(&grammar, texts)?;
        let mut all = Disagreements::default();
        for (text, judged) in texts.iter().zip(judged) {
            // xmllint decodes what is declared to be in another encoding, and reads no further than a NUL.
            if text.contains("encoding=\"utf-16\"") || text.contains('\0') {
                continue;
            }
            let walked = self.walked(at, Format::Xml, text);
            all.tried += 1;
            all.accepted += usize::from(matches!(walked, Some((true, _))));
            let agree = match (&walked, judged) {
                (Some((keeps, _)), Judged::Valid) => *keeps,
                (Some((keeps, _)), Judged::Invalid) => !keeps,
                // Names and namespaces are the matter of the parser here, of the grammar there.
                (None, Judged::NotXml | Judged::Invalid) => true,
                // A grammar sees no declaration, and no name of a processing instruction.
                (None, Judged::Valid) => text.contains("<!DOCTYPE") || text.contains("<?"),
                (Some(_), Judged::NotXml) => false,
            };
            if !agree {
                all.found
                    .push(format!("grammar: {judged:?}, walker: {walked:?}\n{text}"));
            }
        }
        Some(all)
    }
}

impl Disagreements {
    pub(super) fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.accepted += other.accepted;
        self.found.extend(other.found);
    }

    /// Fails where there are some; shows a few of them, the shortest first.
    #[expect(
        clippy::print_stdout,
        reason = "figures for those who ask with --nocapture"
    )]
    pub(super) fn assert_none(mut self, least: usize) {
        let Self {
            tried, accepted, ..
        } = self;
        println!(
            "{tried} documents, {accepted} of them lawful, {} disagreements",
            self.found.len()
        );
        self.found.sort_by_key(String::len);
        let count = self.found.len();

        let shown: Vec<String> = self.found.into_iter().take(12).collect();
        assert!(
            count == 0,
            "{count} of {tried} disagree:\n{}",
            shown.join("\n\n")
        );
        assert!(tried >= least, "only {tried} were tried");
    }
}
