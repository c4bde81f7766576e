//! `faults`: the suite against every fault and every lawful variation of the reference portal.

use std::collections::BTreeMap;

use indicatif::ProgressBar;
use serde_json::json;

use crate::check::count;
use crate::cli::args::Faults as Options;
use crate::cli::interrupt::Interrupt;
use crate::cli::reports::{self, ReportFile};
use crate::cli::{
    UsageError, can_open, contract, of_all_pages, print, profile, profile_name, progress_bar,
};
use crate::exit_code::ExitCode;
use crate::proof::{Proof, Prover};

/// So many files and connections are open at once while many portals are tried.
const AT_ONCE: usize = 400;

/// Tries them all and prints what was caught.
pub(super) fn faults(options: &Options) -> Result<ExitCode, UsageError> {
    can_open(AT_ONCE)?;
    // Nothing has to be ended in order: the first signal ends the process.
    Interrupt::listen()?.release();
    let contract = contract(&options.source.pages.files())?;
    let name = profile_name(&options.source)?;
    let (profile, contract) = profile(&name, contract)?;
    let prover = Prover::new(&contract, &profile).map_err(UsageError::of)?;
    let prover = prover.sampling(options.sample);
    let prover = prover.of_pages(&options.source.pages.paths);
    let file = match &options.report_json {
        Some(path) => {
            reports::check_one(
                "--report-json",
                path,
                &reports::source_inputs(&name, &options.source.pages),
            )?;
            Some(ReportFile::open("--report-json", path)?)
        }
        None => None,
    };
    let bar: ProgressBar = progress_bar("trying", false);
    let progress = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let filters = &options.filters;
    let is_meant =
        |id: &str| filters.is_empty() || filters.iter().any(|filter| id.contains(filter));
    let proof = prover.prove(is_meant, &progress);
    bar.finish_and_clear();
    let printed = print(&format!("{}{}\n", text(&proof), prover.heading()));
    let written = file.map_or(Ok(()), |file| {
        file.write(&format!("{:#}\n", machine(&proof)))
    });
    let unread = of_all_pages(&contract, proof.exit_code()).err();
    let errors = printed.err().into_iter().chain(written.err()).chain(unread);
    let errors: Vec<UsageError> = errors.collect();
    Ok(reports::ended(proof.exit_code(), &errors))
}

/// A table by family, then everything that was missed or wrongly called.
fn text(proof: &Proof) -> String {
    let mut rows: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for fault in &proof.faults {
        let row = rows.entry(fault.family.as_str()).or_default();
        row[0] += 1;
        row[1] += usize::from(fault.is_caught());
    }
    for variation in &proof.variations {
        let row = rows.entry(variation.family.as_str()).or_default();
        row[2] += 1;
        row[3] += usize::from(variation.alarm.is_some());
    }
    let mut total = [0; 4];
    let mut lines = vec![line(
        "family",
        ["faults", "caught", "lawful", "called"].map(str::to_owned),
    )];
    for (family, row) in rows {
        for (sum, number) in total.iter_mut().zip(row) {
            *sum += number;
        }
        lines.push(line(family, row.map(|number| number.to_string())));
    }
    lines.push(line("all", total.map(|number| number.to_string())));
    for fault in proof.faults.iter().filter(|fault| !fault.is_caught()) {
        let missed = if fault.missed_by.is_empty() {
            "every case".to_owned()
        } else {
            names(&fault.missed_by).join(", ")
        };
        lines.push(format!("missed: {} by {missed}", fault.id));
    }
    for variation in &proof.variations {
        if let Some(alarm) = &variation.alarm {
            lines.push(format!("called: {}\n{alarm}", variation.id));
        }
    }
    if !proof.can_show {
        lines.push(
            "nothing to prove: of no operation that is asked do the pages show an answer in JSON, or say its schema"
                .to_owned(),
        );
    } else if proof.faults.is_empty() {
        lines.push("no fault was tried: none that is meant can show on these pages".to_owned());
    }
    if !proof.unseen.is_empty() {
        let unseen = count(proof.unseen.len(), "more fault");
        lines.push(format!(
            "{unseen} of the catalogue cannot show on these pages"
        ));
    }
    let requests = proof
        .faults
        .iter()
        .map(|fault| fault.requests)
        .sum::<usize>()
        + proof
            .variations
            .iter()
            .map(|variation| variation.requests)
            .sum::<usize>();
    lines.push(format!(
        "{} faults, {} caught; {} variations, {} called; {requests} requests in {:.1} s; median {} lines a fault",
        total[0], total[1], total[2], total[3],
        proof.elapsed.as_secs_f64(),
        proof.median_lines(),
    ));
    lines.push(String::new());
    lines.join("\n")
}

fn line(name: &str, cells: [String; 4]) -> String {
    let [faults, caught, lawful, called] = cells;
    format!("{name:<10} {faults:>7} {caught:>7} {lawful:>7} {called:>7}")
}

fn names<T: ToString>(cases: &[T]) -> Vec<String> {
    cases.iter().map(T::to_string).collect()
}

fn machine(proof: &Proof) -> serde_json::Value {
    let faults: Vec<_> = proof
        .faults
        .iter()
        .map(|fault| {
            json!({
                "id": fault.id,
                "family": fault.family.as_str(),
                "level": fault.level.as_str(),
                "caught": fault.is_caught(),
                "caught_by": fault.caught_by.iter().map(|caught| caught.case.to_string()).collect::<Vec<_>>(),
                "missed_by": names(&fault.missed_by),
                "needs": fault.needs.iter().map(|rule| rule.id()).collect::<Vec<_>>(),
                "rules": fault.rules().iter().map(|rule| rule.id()).collect::<Vec<_>>(),
                "lines": fault.lines,
                "requests": fault.requests,
            })
        })
        .collect();
    let variations: Vec<_> = proof
        .variations
        .iter()
        .map(|variation| {
            json!({
                "id": variation.id,
                "family": variation.family.as_str(),
                "called": variation.alarm.is_some(),
                "requests": variation.requests,
            })
        })
        .collect();
    json!({
        "elapsed_ms": u64::try_from(proof.elapsed.as_millis()).unwrap_or(u64::MAX),
        "median_lines": proof.median_lines(),
        "unseen": proof.unseen,
        "faults": faults,
        "variations": variations,
    })
}
