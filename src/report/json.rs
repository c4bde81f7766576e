//! The report that programs read: JSON, described by `docs/report.schema.json`.
//!
//! Members are added without notice; one that is removed, renamed or changes its meaning raises
//! [`VERSION`]. What stands in it is in [`report_file`](crate::report_file).

pub(in crate::report) mod seal;

use std::fmt::Write;
use std::time::Duration;

pub use seal::sealed;

use serde::Serialize;
use url::Url;

use crate::check::Rule;
use crate::contract::Operation;
use crate::digest::Digest;
use crate::report::finding_id::cause_name;
use crate::report::findings::rank_of;
use crate::report::outline::Tally;
use crate::report::steering::{is_unseen, steers, without_commands};
use crate::report::waived::waiver_of;
use crate::report::{
    Block, Group, Report, curl, findings, reason, remarks, subject, test_data, words,
};
use crate::report_file::VERSION;
use crate::report_file::document::{
    Account, Case, Cause, Certificate, Chosen, Coverage, Document, Exit, Finding, Misfit,
    PageDigest, PagesDigest, Pattern, Promised, Request, Shard, Summary, Target, Texts, Tool, Turn,
    Unseen, Violation, Waived, Waiver,
};
use crate::run::{self, Outcome, Run, Seen, WaiverUse};

/// The run as JSON, indented, sorted as the cases are.
#[must_use]
pub fn json(report: &Report<'_>) -> String {
    // What is broken up and hidden is sealed as it is read.
    let text = seal::sealed(&without_commands(&indented(&Document::of(report))));
    visible_json(&(text + "\n"))
}

/// A document as JSON, indented, in which nothing hides and no CI server finds a command.
pub(super) fn safe_json(document: &impl Serialize) -> String {
    visible_json(&(without_commands(&indented(document)) + "\n"))
}

fn indented(document: &impl Serialize) -> String {
    // Texts and numbers: nothing in it can fail to be written.
    serde_json::to_string_pretty(document).unwrap_or_default()
}

/// The same JSON, in which no character hides, or turns the direction of what follows: outside texts there
/// is none.
#[must_use]
pub fn visible_json(json: &str) -> String {
    // Of controls, JSON itself escapes those below the blank (RFC 8259, 7).
    let hides = |c: char| c >= ' ' && (steers(c) || is_unseen(c));
    if !json.contains(hides) {
        return json.to_owned();
    }
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if hides(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

impl Document {
    fn of(report: &Report<'_>) -> Self {
        let run = report.run;
        let target = at_no_place(report.target);
        let report = &Report {
            target: &target,
            ..*report
        };
        let code = run.exit_code();
        let obstacle = run.obstacle.as_ref();
        Self {
            version: VERSION,
            tool: Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            target: Target {
                url: report.target.scrub(place(&report.target.url).as_str()),
                name: run.subject.target.clone(),
                reference: run.subject.is_reference,
                recording: run.subject.recording.as_ref().map(|file| {
                    let file = subject::handed_on(&file.display().to_string());
                    report.target.scrub(&file)
                }),
            },
            profile: run.profile.clone(),
            pages: report.target.scrub(&subject::pages_handed_on(run)),
            unread_pages: run
                .contract
                .unread_lines()
                .map(|line| report.target.scrub(&subject::handed_on(line)))
                .collect(),
            passed_over: run
                .contract
                .passed_over
                .iter()
                .map(|file| report.target.scrub(&subject::handed_on(file)))
                .collect(),
            started: subject::timestamp(run.started),
            coverage: Coverage {
                documented: run.coverage.documented(),
                seen: run.coverage.seen(),
                unseen: run
                    .coverage
                    .operations
                    .iter()
                    .filter(|one| !one.unseen.is_empty())
                    .map(|one| Unseen {
                        operation: report.contract.operations[one.operation].id.to_string(),
                        members: one.unseen.clone(),
                    })
                    .collect(),
            },
            exit: Exit {
                code: code as u8,
                sentence: reason::upshot(run).to_owned(),
            },
            obstacle: obstacle.map(|obstacle| {
                report
                    .target
                    .scrub(&reason::obstacle(&run.target, obstacle))
            }),
            stopped_after: run.stopped_after(),
            left: test_data::left(&run.left)
                .iter()
                .map(|left| report.target.scrub(left))
                .collect(),
            summary: Summary::of(run),
            requests: run.requests,
            retries: run.retries,
            waited_ms: milliseconds(run.waited),
            misfit: run.misfit.as_ref().map(|misfit| Misfit {
                fits: misfit.fits.clone(),
                sentence: reason::misfit(misfit),
            }),
            hints: run
                .hints
                .iter()
                .map(|hint| report.target.scrub(&reason::hint(&run.target, hint)))
                .collect(),
            elapsed_ms: milliseconds(run.elapsed),
            cases: run
                .outcomes
                .iter()
                .map(|outcome| Case::of(report, outcome))
                .collect(),
            findings: Finding::all(report, &findings(run)),
            remarks: Finding::all(report, &remarks(run)),
            waivers: run
                .waivers
                .iter()
                .map(|used| Waiver::of(report, used))
                .collect(),
            certificate: Some(Certificate::of(report)),
            digest: Digest::default().into(),
        }
    }
}

/// A target of which nothing tells where its files lie on this machine.
fn at_no_place(target: &crate::target::Target) -> crate::target::Target {
    let mut target = target.clone();
    let mut files = vec![&mut target.tls.cacert, &mut target.tls.cert];
    let other = target.other.as_mut().map(|other| &mut other.credentials);
    for credentials in [Some(&mut target.credentials), other].into_iter().flatten() {
        let of = &mut credentials.files;
        files.extend([&mut of.token, &mut of.user, &mut of.password]);
    }
    for file in files.into_iter().flatten() {
        *file = subject::handed_on(&file.display().to_string()).into();
    }
    target
}

impl Certificate {
    fn of(report: &Report<'_>) -> Self {
        let run = report.run;
        let target = report.target;
        let texts = run.contract.texts.iter();
        let terms = &run.terms;
        let chosen = |rule: &Rule| {
            let level = terms.levels.of(*rule);
            (level != rule.entry().level).then(|| Chosen {
                rule: (*rule).into(),
                level: level.into(),
            })
        };
        let credentials = &target.credentials;
        let scheme = credentials.are_given().then_some(credentials.scheme);
        Self {
            pages: PagesDigest {
                digest: run.contract.digest().into(),
                files: texts
                    .map(|text| PageDigest {
                        name: target.scrub(&subject::handed_on(&text.name)),
                        digest: text.digest.into(),
                    })
                    .collect(),
            },
            profile: terms.profile.into(),
            account: Account {
                scheme: scheme.into(),
                second: target.other.is_some(),
            },
            strict: terms.strict,
            effort: target.effort.into(),
            levels: Rule::ALL.iter().filter_map(chosen).collect(),
            unselected: run.plan.cases.len().saturating_sub(run.outcomes.len()),
            values: report.show_values,
            shard: terms.shard.map(|shard| Shard {
                number: shard.number,
                of: shard.of,
            }),
        }
    }
}

/// A URL without what may be a secret.
pub(super) fn place(url: &Url) -> Url {
    let mut place = url.clone();
    // Those without a host cannot have a user either.
    let _ = place.set_username("");
    let _ = place.set_password(None);
    place.set_query(None);
    place.set_fragment(None);
    place
}

impl Summary {
    fn of(run: &Run) -> Self {
        let tally = Tally::of(&run.outcomes);
        Self {
            cases: tally.total(),
            conforms: tally.conforms,
            violates: tally.violates,
            waived: tally.waived,
            blocked: tally.blocked,
            ignored: tally.ignored,
            remarked: run.remarked(),
        }
    }
}

impl Case {
    fn of(report: &Report<'_>, outcome: &Outcome) -> Self {
        let operation = &report.contract.operations[outcome.operation];
        Self {
            id: outcome.id.to_string(),
            operation: outcome.id.operation.to_string(),
            format: outcome.id.format.into(),
            check: outcome.id.check_name(),
            verdict: (&outcome.verdict).into(),
            reason: reason::of(report.run, &outcome.verdict)
                .map(|reason| report.target.scrub(&reason)),
            elapsed_ms: milliseconds(outcome.elapsed),
            violations: outcome
                .violations
                .iter()
                .map(|seen| Violation::of(report, operation, seen))
                .collect(),
            remarks: outcome
                .remarks
                .iter()
                .map(|seen| Violation::of(report, operation, seen))
                .collect(),
        }
    }
}

impl Violation {
    fn of(report: &Report<'_>, operation: &Operation, seen: &Seen) -> Self {
        let violation = &seen.violation;
        let scrub = |text: &str| report.target.scrub(text);
        let value = violation.value.as_ref().filter(|_| report.show_values);
        Self {
            rule: violation.rule.into(),
            family: violation.family.into(),
            pointer: scrub(&violation.pointer),
            member: scrub(&violation.member),
            expected: scrub(&words::promised_beside(
                &violation.expected,
                &violation.actual,
            )),
            actual: scrub(&words::came(&violation.actual)),
            replaced: violation.actual.is_replaced(),
            value: value.map(|value| scrub(value)),
            promised: Promised::of(operation, seen),
            request: Request {
                method: seen.request.method.clone(),
                path: scrub(&seen.request.path),
                curl: scrub(&curl(&seen.request, report.target)),
            },
            status: seen.status,
            media_type: scrub(&seen.media_type),
            times: seen.times,
            of: seen.of,
            waived: waiver_of(report.run, seen).map(|used| Waived {
                reason: scrub(&used.waiver.reason),
                until: used.waiver.until.to_string(),
            }),
        }
    }
}

impl Promised {
    fn of(operation: &Operation, seen: &Seen) -> Option<Self> {
        let span = seen.violation.promised?;
        let pos = operation.source.pos(span.start);
        Some(Self {
            file: subject::handed_on(operation.source.file_at(span.start)),
            line: pos.line,
            column: pos.column,
        })
    }
}

impl Finding {
    fn all(report: &Report<'_>, blocks: &[Block<'_>]) -> Vec<Self> {
        let of_block = |block: &Block<'_>| -> Vec<Self> {
            let groups = block.groups.iter();
            groups.map(|group| Self::of(report, block, group)).collect()
        };
        blocks.iter().flat_map(of_block).collect()
    }

    fn of(report: &Report<'_>, block: &Block<'_>, group: &Group<'_>) -> Self {
        let operation = &report.contract.operations[block.outcome.operation];
        let first = group.seen[0];
        let members = group.members().iter();
        let mut waivers = group.reach.waivers.iter();
        Self {
            id: group.id.to_string(),
            rule: group.rule.into(),
            family: first.violation.family.into(),
            sentence: group.rule.sentence().to_owned(),
            members: members
                .filter(|member| !member.is_empty())
                .map(|member| report.target.scrub(member))
                .collect(),
            expected: report.target.scrub(&words::promised_beside(
                &first.violation.expected,
                &first.violation.actual,
            )),
            actual: report.target.scrub(&words::came_of_all(&group.seen)),
            promised: Promised::of(operation, first),
            cases: group.reach.cases.iter().map(ToString::to_string).collect(),
            waiver: waivers.next().map(|pattern| Pattern::of(report, pattern)),
            more_waivers: waivers
                .map(|pattern| Pattern::of(report, pattern))
                .collect(),
            turn: report
                .run
                .terms
                .shard
                .map(|_| Turn::of(report, block, group)),
        }
    }
}

impl Turn {
    fn of(report: &Report<'_>, block: &Block<'_>, group: &Group<'_>) -> Self {
        let mut causes: Vec<Cause> = Vec::new();
        for seen in &group.seen {
            let cause = Cause {
                name: format!("{:016x}", cause_name(&run::Cause::of(seen))),
                member: report.target.scrub(&seen.violation.member),
                family: seen.violation.family.into(),
            };
            // Those of one member stand together.
            if causes.last() != Some(&cause) {
                causes.push(cause);
            }
        }
        Self {
            rank: rank_of(report.run, block),
            causes,
        }
    }
}

impl Pattern {
    fn of(report: &Report<'_>, pattern: &crate::waiver::Pattern) -> Self {
        let scrub = |texts: &[String]| -> Option<Texts> {
            Texts::of(texts.iter().map(|text| report.target.scrub(text)).collect())
        };
        Self {
            case: scrub(&pattern.cases).unwrap_or_else(|| Texts::One(String::new())),
            pointer: scrub(&pattern.pointers),
            kind: pattern.rule.into(),
        }
    }
}

impl Waiver {
    fn of(report: &Report<'_>, used: &WaiverUse) -> Self {
        Self {
            pattern: Pattern::of(report, &used.waiver.pattern),
            reason: report.target.scrub(&used.waiver.reason),
            until: used.waiver.until.to_string(),
            state: used.state.into(),
            violations: used.violations,
        }
    }
}

/// With microseconds behind the point.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_line_that_asks_again_names_no_place_on_this_machine() {
        let mut target = crate::target::Target::new("https://portal.test".parse().unwrap());
        target.tls.cacert = Some("/home/ann/keys/ca.pem".into());
        target.tls.cert = Some("keys/own.pem".into());
        target.credentials.files.token = Some("/home/ann/keys/token".into());
        let target = at_no_place(&target);
        let shown = [
            &target.tls.cacert,
            &target.tls.cert,
            &target.credentials.files.token,
        ];
        let shown = shown.map(|file| file.as_ref().unwrap().display().to_string());
        assert_eq!(shown, ["keys/ca.pem", "keys/own.pem", "keys/token"]);
    }

    #[test]
    fn no_character_hides_in_json_and_each_is_read_back() {
        let text = "a\u{7f}\u{9b}\u{200b}\u{202e}b\u{e9}\u{1d173}\n";
        let json = serde_json::to_string(text).unwrap() + "\n";
        let shown = visible_json(&json);
        assert!(!shown.contains(|c: char| c != '\n' && (steers(c) || is_unseen(c))));
        assert!(shown.contains("b\u{e9}"), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }
}
