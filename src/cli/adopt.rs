//! `adopt`: a profile for a portal that is taken to be right, by reads alone or from recorded traffic.

mod files;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use url::Url;

use crate::adopt::{Adopting, Answer, Draft, Refusals, distinct, questions, refusals};
use crate::case::Selection;
use crate::check::{Expectations, count};
use crate::cli::adopt::files::Files;
use crate::cli::args::Adopt as Options;
use crate::cli::run::tell_others;
use crate::cli::{UsageError, all_pages, eprint, print, run, settings, width, words};
use crate::contract::Format;
use crate::exit_code::ExitCode;
use crate::input;
use crate::profile;
use crate::recording::{self, Recorder, Recording};
use crate::report::{self, Report};
use crate::run::{Hint, Obstacle, Run, Verdict};
use crate::session::{Records, Session};
use crate::settings::Settings;
use crate::writes::Writes;

/// The largest file that is read: recorded traffic holds every answer.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// More runs than these are not needed: each shows what the entries of the one before hid.
const MAX_RUNS: usize = 4;
/// How a format may be asked for: what ends the path, in JSON and in XML.
const ENDINGS: [(&str, &str); 2] = [("", ""), (".json", ".xml")];

/// Proposes a profile, or makes a proposal one.
pub(super) fn adopt(options: &Options) -> Result<ExitCode, UsageError> {
    let files = Files::of(options)?;
    if options.accept {
        files.accept()?;
        print(&format!("accepted {}\n", files.profile.display()))?;
        return Ok(ExitCode::Conforms);
    }
    files.check()?;
    let settings = settings(options)?;
    let is_asked = !settings.is_reference;
    if !is_asked && options.from.is_empty() {
        return Err(UsageError(
            "name a portal with --url or --target, or recorded traffic with --from".to_owned(),
        ));
    }
    let mut adoption = Adoption::begin(options, &settings, &files)?;
    adoption.recorded(&options.from)?;
    let Some(adopted) = (if is_asked {
        adoption.asked()?
    } else {
        adoption.unasked()?
    }) else {
        eprint("interrupted: nothing is written\n");
        return Ok(ExitCode::Interrupted);
    };
    let unread = adoption.session.unread_pages().len();
    if let Some(draft) = &adopted.draft {
        print(&report::wrapped(&report::adopted_summary(draft), width()))?;
        if adoption.earlier > 0 {
            print(&format!(
                "{} of earlier runs count too: {}\n",
                count(adoption.earlier, "answer"),
                files.evidence.display()
            ))?;
        }
    }
    for run in &adopted.runs {
        run::print_colored(&Report::of(run), options.color)?;
    }
    match &adopted.draft {
        Some(draft) => {
            let evidence = recording::joined(&adoption.evidence, &adoption.last);
            let evidence = evidence.map_err(UsageError::of)?;
            files.write(&report::adopted_profile(draft), &evidence)?;
            if let Some(doubt) = report::adopted_doubt(draft) {
                print(&report::wrapped(&doubt, width()))?;
            }
            print(&format!("{}\n", files.proposal.display()))?;
            let sent = if is_asked {
                "nothing but reads"
            } else {
                "nothing"
            };
            eprint(&format!(
                "{sent} was sent; review it, then: portal-conformance adopt --accept --out {}\n",
                files.profile.display()
            ));
        }
        None => eprint("no answer could be read, so nothing is proposed\n"),
    }
    if is_asked && adopted.draft.is_some() && adopted.runs.is_empty() {
        let longest = settings.target.limits.max_time.as_secs_f64();
        eprint(&format!(
            "what is proposed was not tried: {longest} s had passed; --max-time gives it longer\n"
        ));
    }
    all_pages(unread)?;
    Ok(adopted.code())
}

/// What came of it.
struct Adopted {
    /// What is proposed, where anything could be read.
    draft: Option<Draft>,
    /// What is judged under it.
    runs: Vec<Run>,
}

impl Adopted {
    /// What is proposed is as good as its worst run.
    fn code(&self) -> ExitCode {
        let mut codes: Vec<ExitCode> = self.runs.iter().map(Run::exit_code).collect();
        if self.draft.as_ref().is_some_and(Draft::is_of_other_pages) {
            codes.push(ExitCode::Violates);
        }
        let worst = [ExitCode::Violates, ExitCode::NotJudged, ExitCode::Usage];
        let found = worst.into_iter().find(|code| codes.contains(code));
        match (&self.draft, found) {
            (None, _) => ExitCode::NotJudged,
            (Some(_), Some(code)) => code,
            (Some(_), None) if codes.is_empty() => ExitCode::NotJudged,
            (Some(_), None) => ExitCode::Conforms,
        }
    }
}

/// Whether a run came further than another one: to answers of the API rather than to paths that nobody knows, and
/// to more of those that keep the contract.
fn is_further(run: &Run, than: &Run) -> bool {
    let reached = |run: &Run| {
        let conform = run.outcomes.iter();
        let conform = conform.filter(|outcome| outcome.verdict == Verdict::Conforms);
        let mut hints = run.hints.iter();
        let is_unknown = hints.any(|hint| matches!(hint, Hint::UnknownPaths { .. }))
            || matches!(run.obstacle, Some(Obstacle::UnknownPaths { .. }));
        (!is_unknown, conform.count())
    };
    reached(run) > reached(than)
}

/// What is known so far.
struct Adoption<'a> {
    options: &'a Options,
    settings: &'a Settings,
    /// It knows the contract, under the first of the profiles that may be extended.
    session: Session,
    /// The profiles that may be extended.
    bases: Vec<String>,
    name: String,
    answers: Vec<Answer>,
    /// The first file of recorded traffic and its portal, where none is named.
    portal: Option<(PathBuf, Url)>,
    /// Recorded traffic that is judged in the end.
    recordings: Vec<(PathBuf, Recording)>,
    refusals: Refusals,
    /// The answers of earlier runs without the portal's data, as a HAR file.
    evidence: String,
    /// The same of the last run alone.
    last: String,
    /// How many answers earlier runs left.
    earlier: usize,
    /// When all of it is to end.
    until: Option<Instant>,
}

impl<'a> Adoption<'a> {
    fn begin(
        options: &'a Options,
        settings: &'a Settings,
        files: &Files,
    ) -> Result<Self, UsageError> {
        let named = crate::settings::profile_name(
            options.portal.profile.as_deref(),
            crate::settings::Surroundings::of_process(),
        );
        let bases = match named.map_err(words::settings)? {
            Some(name) => vec![name],
            None => profile::builtin_names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        };
        let first = profile::load(&bases[0]).map_err(UsageError::of)?;
        let session = Session::speaking(settings, Some(first)).map_err(words::session)?;
        tell_others(&session);
        let mut adoption = Self {
            options,
            settings,
            session,
            bases,
            name: files.name(),
            answers: Vec::new(),
            portal: None,
            recordings: Vec::new(),
            refusals: Refusals::default(),
            evidence: Recorder::default().text(),
            last: Recorder::default().text(),
            earlier: 0,
            // What is recorded is there already.
            until: (!settings.is_reference)
                .then(|| Instant::now().checked_add(settings.target.limits.max_time))
                .flatten(),
        };
        if let Some(text) = files.evidence()? {
            adoption.take_in(&files.evidence, &text)?;
        }
        Ok(adoption)
    }

    /// Counts what earlier runs left, of whatever host.
    fn take_in(&mut self, path: &Path, text: &str) -> Result<(), UsageError> {
        let recording = read(path, text)?;
        let mut hosts: Vec<String> = Vec::new();
        for entry in &recording.entries {
            let host = entry.url.origin().ascii_serialization();
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        for host in hosts {
            let own = recording.entries.iter();
            let own = own.filter(|entry| entry.url.origin().ascii_serialization() == host);
            let own = Recording {
                entries: own.cloned().collect(),
                ..Recording::default()
            };
            let found = self.session.successes(&own, None, true);
            self.answers
                .extend(found.map_err(|error| told(path, &error))?);
        }
        self.earlier = questions(&self.answers);
        text.clone_into(&mut self.evidence);
        Ok(())
    }

    /// Counts recorded traffic.
    fn recorded(&mut self, paths: &[PathBuf]) -> Result<(), UsageError> {
        for path in paths {
            let text = input::text_up_to(path, MAX_BYTES)
                .map_err(|error| told(path, &format!("cannot read it: {error}")))?;
            let recording = read(path, &text)?;
            let found = self.session.successes(&recording, self.url(), false);
            let found = found.map_err(|error| told(path, &error))?;
            if self.url().is_none() {
                self.is_of_one_portal(path, &recording)?;
            }
            self.count(found)?;
            self.recordings.push((path.clone(), recording));
        }
        Ok(())
    }

    /// Refuses recorded traffic of another portal than the files before have.
    fn is_of_one_portal(&mut self, path: &Path, recording: &Recording) -> Result<(), UsageError> {
        let portal = self.session.portal_of(recording);
        let Some(portal) = portal.map_err(|error| told(path, &error))? else {
            return Ok(());
        };
        match &self.portal {
            Some((first, of)) if *of != portal => Err(UsageError(format!(
                "several portals were recorded: {of} in {}, {portal} in {}; name the one that is meant with --url",
                first.display(),
                path.display()
            ))),
            Some(_) => Ok(()),
            None => {
                self.portal = Some((path.to_owned(), portal));
                Ok(())
            }
        }
    }

    /// The portal that is meant in recorded traffic, where one is named.
    fn url(&self) -> Option<&'a Url> {
        let settings = self.settings;
        (!settings.is_reference).then_some(&settings.target.url)
    }

    /// Asks the portal under what is known of it, until nothing new comes of that; `None` where the user
    /// interrupts it.
    fn asked(&mut self) -> Result<Option<Adopted>, UsageError> {
        let Some(unreadable) = self.probed()? else {
            return Ok(None);
        };
        if self.answers.iter().all(|answer| answer.is_masked) {
            return Ok(Some(Adopted {
                draft: None,
                runs: unreadable,
            }));
        }
        let mut draft = self.best()?;
        for number in 1.. {
            if self.left().is_zero() {
                return Ok(Some(Adopted {
                    draft: Some(draft),
                    runs: Vec::new(),
                }));
            }
            let Some(run) = self.tried(&report::adopted_profile(&draft), &Selection::default())?
            else {
                return Ok(None);
            };
            self.refusals = refusals(&run, &self.refusals);
            let next = self.adopting(|adopting| adopting.drafted(draft.clone()))?;
            let is_settled = next.says_the_same(&draft);
            if is_settled || number == MAX_RUNS || self.left().is_zero() {
                // What was counted since says the same; what does not was not tried.
                let draft = if is_settled { next } else { draft };
                return Ok(Some(Adopted {
                    draft: Some(draft),
                    runs: vec![run],
                }));
            }
            draft = next;
        }
        Ok(None)
    }

    /// Reads once in each way in which a format may be asked for, as long as one is missing; comes back with
    /// the run that came furthest.
    fn probed(&mut self) -> Result<Option<Vec<Run>>, UsageError> {
        let selection = Selection {
            filters: vec!["::transport".to_owned()],
            ..Selection::default()
        };
        let mut best: Option<Run> = None;
        for (json, xml) in ENDINGS {
            let base = &self.bases[0];
            let text = format!(
                "extends = {base:?}\nname = {:?}\n[json]\nextension = \"{json}\"\n[xml]\nextension = \"{xml}\"\n",
                self.name
            );
            let Some(run) = self.tried(&text, &selection)? else {
                return Ok(None);
            };
            if best.as_ref().is_none_or(|best| is_further(&run, best)) {
                best = Some(run);
            }
            let now = self.answers.iter().filter(|answer| !answer.is_masked);
            let now: Vec<Format> = now.map(|answer| answer.format).collect();
            let has = |format| now.contains(&format);
            if Format::ALL.into_iter().all(has) || self.left().is_zero() {
                break;
            }
        }
        Ok(Some(best.into_iter().collect()))
    }

    /// One run under a profile; its readable answers are counted, and kept without the portal's data.
    fn tried(&mut self, text: &str, selection: &Selection) -> Result<Option<Run>, UsageError> {
        let profile = profile::parse(&self.name, text).map_err(UsageError::of)?;
        let (plain, masked) = (Arc::new(Recorder::default()), Arc::new(Recorder::default()));
        let mut settings = self.settings.clone();
        let limits = &mut settings.target.limits;
        limits.max_time = limits.max_time.min(self.left());
        let session = Session::speaking(&settings, Some(profile))
            .map_err(words::session)?
            .recording(Records {
                recorder: Arc::clone(&plain),
                show_values: true,
            })
            .recording(Records {
                recorder: Arc::clone(&masked),
                show_values: false,
            });
        let Some(run) = run::tried(&session, selection, self.options.quiet)? else {
            return Ok(None);
        };
        let path = Path::new("answers");
        let recording = read(path, &plain.text())?;
        let found = self
            .session
            .successes(&recording, Some(&self.settings.target.url), false);
        self.count(found.map_err(|error| told(path, &error))?)?;
        self.last = masked.text();
        Ok(Some(run))
    }

    /// Counts the answers that are in the format that was asked for, each once.
    fn count(&mut self, found: Vec<Answer>) -> Result<(), UsageError> {
        let profile = Arc::new(profile::load(&self.bases[0]).map_err(UsageError::of)?);
        let expectations = Expectations::of(self.session.contract(), &profile, false);
        let is_readable = |answer: &Answer| {
            let expectation = expectations.get(answer.operation, answer.format);
            expectation.is_some_and(|one| one.read(&answer.exchange).body.is_some())
        };
        let mut all = std::mem::take(&mut self.answers);
        all.extend(found.into_iter().filter(is_readable));
        self.answers = distinct(all);
        Ok(())
    }

    /// What the recorded traffic alone shows.
    fn unasked(&mut self) -> Result<Option<Adopted>, UsageError> {
        let draft = if self.answers.is_empty() {
            None
        } else {
            Some(self.best()?)
        };
        let mut runs = Vec::new();
        for (path, recording) in &self.recordings {
            let session = match &draft {
                Some(draft) => {
                    let text = report::adopted_profile(draft);
                    let profile = profile::parse(&self.name, &text).map_err(UsageError::of)?;
                    Session::speaking(self.settings, Some(profile)).map_err(words::session)?
                }
                None => self.session.clone(),
            };
            let run = session
                .judge(recording, path, self.url(), &Selection::default())
                .map_err(|error| told(path, &error))?;
            runs.push(run);
        }
        Ok(Some(Adopted { draft, runs }))
    }

    /// How long it may still take.
    fn left(&self) -> Duration {
        let now = Instant::now();
        self.until
            .map_or(Duration::MAX, |until| until.saturating_duration_since(now))
    }

    fn best(&self) -> Result<Draft, UsageError> {
        let today = OffsetDateTime::now_utc().date();
        let first = Draft::new(&self.bases[0], &self.name, today);
        self.adopting(|adopting| adopting.best(&first, &self.bases))
    }

    fn adopting(
        &self,
        work: impl FnOnce(&Adopting<'_>) -> Result<Draft, profile::ProfileError>,
    ) -> Result<Draft, UsageError> {
        let adopting = Adopting {
            contract: self.session.contract(),
            answers: &self.answers,
            refusals: &self.refusals,
            is_denied: &|rule| self.session.denies(rule),
            write: &report::adopted_profile,
            until: self.until,
        };
        work(&adopting).map_err(UsageError::of)
    }
}

fn read(path: &Path, text: &str) -> Result<Recording, UsageError> {
    recording::read(text).map_err(|error| UsageError(format!("{}:{error}", path.display())))
}

fn told(path: &Path, error: &dyn std::fmt::Display) -> UsageError {
    UsageError(format!("{}: {error}", path.display()))
}

/// What holds for it: no write is let out, whatever the file says.
fn settings(options: &Options) -> Result<Settings, UsageError> {
    if !options.portal.allow_writes.is_empty() {
        return Err(UsageError(
            "--allow-writes: adopt sends nothing but reads".to_owned(),
        ));
    }
    if options.portal.snapshots.is_some() {
        return Err(UsageError(
            "--snapshots: adopt compares no snapshots".to_owned(),
        ));
    }
    let mut settings = if options.from.is_empty() {
        settings::of_portal(&options.portal)?
    } else {
        settings::of_recorded(&options.portal)?
    };
    settings.target.writes = Writes::default();
    settings.snapshots = None;
    settings.require_coverage = None;
    Ok(settings)
}
