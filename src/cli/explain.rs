//! `explain`: what a rule, a family of checks or a finding is about.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::case;
use crate::check::{Family, Homonyms, Rule};
use crate::cli::args::{Explain as Options, PagesAndProfile};
use crate::cli::{UsageError, contract, print, profile, profile_name};
use crate::contract::{Contract, Format};
use crate::exit_code::ExitCode;
use crate::names;
use crate::profile::Profile;
use crate::report::{self, FindingId, explain as words};
use crate::target::Target;

/// Prints it; nothing is sent.
pub(super) fn explain(options: &Options) -> Result<ExitCode, UsageError> {
    let name = options.name.as_str();
    // A check is named with its format in the names of cases.
    let of_format = |format: &Format| name.strip_prefix(format.as_str())?.strip_prefix("::");
    let name = Format::ALL.iter().find_map(of_format).unwrap_or(name);
    let family = Family::ALL.into_iter().find(|one| one.as_str() == name);
    // One name may be that of both.
    let told = family.map(words::family).into_iter();
    let told = told.chain(Rule::named(name).map(words::rule));
    let told = told.chain(words::check(name).filter(|_| family.is_none()));
    let told: Vec<String> = told.collect();
    let text = if !told.is_empty() {
        told.join("\n")
    } else if let Some(id) = FindingId::parse(name) {
        let (contract, profile) = source(options)?;
        finding(id, &contract, &profile, &with(options))
    } else if let Some(check) = check_of(name) {
        let (contract, profile) = source(options)?;
        case(options, check, &contract, &profile)?
    } else {
        return Err(UsageError(unknown(name)));
    };
    print(&text)?;
    Ok(ExitCode::Conforms)
}

fn source(options: &Options) -> Result<(Arc<Contract>, Arc<Profile>), UsageError> {
    let contract = contract(&options.source.pages.files())?;
    let (profile, contract) = profile(&profile_name(&options.source)?, contract)?;
    Ok((contract, profile))
}

/// The options that name the same pages and the same profile, for another command.
fn with(options: &Options) -> String {
    let PagesAndProfile { pages, profile } = &options.source;
    let paths = pages
        .paths
        .iter()
        .map(|path| ("pages", path.display().to_string()));
    let excluded = pages
        .excluded
        .iter()
        .map(|one| ("exclude-page", one.clone()));
    let profile = profile.iter().map(|name| ("profile", name.clone()));
    let all = paths.chain(excluded).chain(profile);
    let all = all.map(|(option, value)| format!(" --{option} {}", report::quoted(&value)));
    all.collect()
}

/// What stands behind operation and format in what may be the name of a case.
fn check_of(name: &str) -> Option<&str> {
    let mut steps = name.splitn(3, "::");
    let format = steps.nth(1)?;
    Format::ALL
        .iter()
        .any(|one| one.as_str() == format)
        .then(|| steps.next())?
}

/// A case, then its check.
fn case(
    options: &Options,
    check: &str,
    contract: &Contract,
    profile: &Profile,
) -> Result<String, UsageError> {
    let name = options.name.as_str();
    let plan = case::plan(contract, profile, &Target::in_process());
    let case = plan.cases.iter().find(|case| case.id.to_string() == name);
    let case = case.ok_or_else(|| {
        let known: Vec<String> = plan.cases.iter().map(|case| case.id.to_string()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let advice = match names::closest(name, &known) {
            Some(other) => format!("did you mean `{other}`?"),
            None => "`run --list` shows them; name the --pages that they are of".to_owned(),
        };
        UsageError(format!(
            "no case of these pages is called `{name}`: {advice}"
        ))
    })?;
    let operation = &contract.operations[case.operation];
    let check = words::check(check)
        .or_else(|| {
            let family = Family::ALL.into_iter().find(|one| one.as_str() == check);
            family.map(words::family)
        })
        .unwrap_or_default();
    Ok(format!(
        "{name} (a case)\n\nabout: {} {} ({})\nask it: portal-conformance run --exact {}{}\n\n{check}",
        operation.method,
        operation.documented_path(),
        operation.source.name,
        report::quoted(name),
        with(options)
    ))
}

/// What to say of a name that nothing has.
fn unknown(name: &str) -> String {
    let known = words::names();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    match names::closest(name, &known) {
        Some(other) => {
            format!("nothing is called `{name}`; did you mean `{other}`?")
        }
        None => format!(
            "nothing is called `{name}`: name a rule, a check or a family of checks, a case, or the id of a finding, as reports show them; docs/checks.md lists the rules, docs/cases.md the checks"
        ),
    }
}

/// So many cases that look for a finding are named.
const TELLERS: usize = 4;

/// The cases that look for a finding, then its rule.
fn finding(id: FindingId, contract: &Contract, profile: &Profile, with: &str) -> String {
    let homonyms = Homonyms::of(contract, profile);
    let of = (contract, profile, &homonyms);
    if !words::is_possible(id, of) {
        let (why, rule) = (words::not_of_these(id), words::rule(id.rule()));
        return format!("{id} (a finding)\n\n{why}\n\n{rule}");
    }
    let plan = case::plan(contract, profile, &Target::in_process());
    let told = words::tellers(id, of, &plan.cases);
    let mut text = format!("{id} (a finding)\n\n");
    let (mut concerned, mut told_of) = (BTreeSet::new(), BTreeSet::new());
    for case in told.iter().take(TELLERS) {
        let operation = &contract.operations[case.operation];
        let _ = writeln!(text, "looked for by: {}", case.id);
        if told_of.insert(case.operation) {
            let _ = writeln!(
                text,
                "about: {} {} ({})",
                operation.method,
                operation.documented_path(),
                operation.source.name
            );
        }
        let answer = profile.answer(operation, case.id.format);
        let members = answer.map(|answer| words::members(id, &homonyms, operation, &answer));
        let members = members.unwrap_or_default();
        for (member, place) in &members {
            let _ = writeln!(text, "member: {member}, {place}");
        }
        concerned.extend(members.into_iter().map(|(member, _)| member));
    }
    if told.len() > TELLERS {
        let _ = writeln!(text, "and by {} more cases", told.len() - TELLERS);
    }
    if told.is_empty() {
        text.push_str(
            "no case of these pages looks for it: name the --pages and the --profile of its report\n",
        );
    } else {
        let _ = writeln!(text, "ask again: portal-conformance run {id}{with}");
    }
    text.push('\n');
    let operations: BTreeSet<_> = told.iter().map(|case| &case.id.operation).collect();
    if operations.is_empty() || operations.len() > TELLERS {
        text.push_str(&words::rule(id.rule()));
    } else {
        let waiver = words::waiver(id, &operations, &concerned);
        let _ = write!(text, "{}\n{waiver}", words::judged(id.rule()));
    }
    text
}
