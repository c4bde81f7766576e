//! `lint`: what is wrong or doubtful in the pages.

use serde_json::json;

use crate::check::count;
use crate::cli::args::{Lint as Options, LintFormat};
use crate::cli::{UsageError, all_pages, print, tell_unread};
use crate::contract::{self, Contract};
use crate::exit_code::ExitCode;
use crate::level::Level;
use crate::lint::{Finding, findings};

/// Prints every finding; an error makes the command fail, and a remark where that is asked for.
pub(super) fn lint(options: &Options) -> Result<ExitCode, UsageError> {
    let mut files = options.pages.files();
    files.paths.extend(options.files.iter().cloned());
    let contract = contract::load(&files).map_err(UsageError::of)?;
    contract.unread.iter().for_each(tell_unread);
    let findings = findings(&contract);
    print(&match options.format {
        LintFormat::Text => text(&contract, &findings),
        LintFormat::Json => machine(&contract, &findings),
    })?;
    all_pages(contract.unread.len())?;
    let fails = |finding: &Finding| finding.level == Level::Deny || options.deny.is_some();
    Ok(if findings.iter().any(fails) {
        ExitCode::Violates
    } else {
        ExitCode::Conforms
    })
}

/// The findings, and how many there are.
fn text(contract: &Contract, findings: &[Finding]) -> String {
    let mut lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let of = |level| findings.iter().filter(|one| one.level == level).count();
    let told = [(Level::Deny, "error"), (Level::Warn, "remark")];
    let told = told.map(|(level, word)| (of(level), word));
    let told = told.iter().filter(|(found, _)| *found > 0);
    let told: Vec<String> = told.map(|(found, word)| count(*found, word)).collect();
    let pages = count(contract.operations.len(), "operation");
    lines.push(if told.is_empty() {
        format!("{pages}, nothing to remark\n")
    } else {
        format!("{pages}, {}\n", told.join(", "))
    });
    lines.join("\n")
}

/// The same for programs.
fn machine(contract: &Contract, findings: &[Finding]) -> String {
    let findings = findings.iter().map(|finding| {
        json!({
            "level": finding.word(),
            "at": finding.at,
            "message": finding.message,
            "line": finding.line,
        })
    });
    let document = json!({
        "operations": contract.operations.len(),
        "findings": findings.collect::<Vec<_>>(),
        "unread_pages": contract.unread_lines().collect::<Vec<_>>(),
        "passed_over": contract.passed_over,
    });
    format!("{document:#}\n")
}
