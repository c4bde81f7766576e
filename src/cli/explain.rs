//! `explain`: what a rule, a family of checks or a finding is about.

use std::fmt::Write as _;

use crate::case;
use crate::check::{Family, Rule};
use crate::cli::args::Explain as Options;
use crate::cli::{UsageError, contract, print, profile, profile_name};
use crate::contract::Contract;
use crate::exit_code::ExitCode;
use crate::names;
use crate::profile::Profile;
use crate::report::{FindingId, explain as words};
use crate::target::Target;

/// Prints it; nothing is sent.
pub(super) fn explain(options: &Options) -> Result<ExitCode, UsageError> {
    let name = options.name.as_str();
    let family = Family::ALL.into_iter().find(|one| one.as_str() == name);
    let text = if let Some(family) = family {
        words::family(family)
    } else if let Some(rule) = Rule::named(name) {
        words::rule(rule)
    } else if let Some(id) = FindingId::parse(name) {
        let contract = contract(&options.source.pages.files())?;
        let (profile, contract) = profile(&profile_name(&options.source)?, contract)?;
        finding(id, &contract, &profile)
    } else {
        return Err(UsageError(unknown(name)));
    };
    print(&text)?;
    Ok(ExitCode::Conforms)
}

/// What to say of a name that nothing has.
fn unknown(name: &str) -> String {
    let known = words::names();
    match names::closest(name, &known) {
        Some(other) => {
            format!("nothing is called `{name}`; did you mean `{other}`?")
        }
        None => format!(
            "nothing is called `{name}`: name a rule, a family of checks, or the id of a finding, as reports show them; docs/checks.md lists the first two"
        ),
    }
}

/// The case that tells a finding, then its rule.
fn finding(id: FindingId, contract: &Contract, profile: &Profile) -> String {
    let plan = case::plan(contract, profile, &Target::in_process());
    let told: Vec<_> = plan
        .cases
        .iter()
        .filter(|case| id.is_told_by(&case.id))
        .collect();
    let mut text = format!("{id} (a finding)\n\n");
    for case in &told {
        let operation = &contract.operations[case.operation];
        let _ = writeln!(
            text,
            "told by: {}\nabout: {} {} ({})",
            case.id, operation.method, operation.path, operation.source.name
        );
        let answer = profile.answer(operation, case.id.format);
        let members = answer.map(|answer| words::members(id, operation, answer.resource()));
        for member in members.unwrap_or_default() {
            let _ = writeln!(text, "member: {member}");
        }
    }
    if told.is_empty() {
        text.push_str(
            "no case of these pages tells it: name the --pages and the --profile of its report\n",
        );
    } else {
        let _ = writeln!(text, "ask again: portal-conformance run {id}");
    }
    text.push('\n');
    text.push_str(&words::rule(id.rule()));
    text
}
