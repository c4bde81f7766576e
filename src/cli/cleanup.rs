//! `cleanup`: undo what interrupted runs left on portals.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::base_path;
use crate::check::count;
use crate::cli::args::{Cleanup as Options, PortalOptions};
use crate::cli::run::{told, warn};
use crate::cli::settings::{self, file};
use crate::cli::{UsageError, contract, eprint, print, runtime, words};
use crate::client::Client;
use crate::contract::Contract;
use crate::exit_code::ExitCode;
use crate::names::nearest;
use crate::report::{self, without_danger};
use crate::session::journal::{self, FOLDER, Journal, Opened};
use crate::session::login::logged_in;
use crate::session::ready::wait_ready;
use crate::session::recipe::{Recipe, Unanswered, Undoing};
use crate::session::{Stop, Warning, undone};
use crate::target::Target;

/// The journals of one target at one URL.
type Origin = (String, String);

/// Undoes what the journals say.
pub(super) fn cleanup(options: &Options) -> Result<ExitCode, UsageError> {
    let Left {
        journals,
        mut code,
        names,
        others,
    } = left(options)?;
    if let Some(name) = &options.target {
        check_name(name, &names)?;
    }
    if journals.is_empty() && code == ExitCode::Conforms {
        print("nothing to undo\n")?;
    }
    for (origin, journals) in journals {
        match clean(options, &origin, journals) {
            Ok(true) => {}
            Ok(false) => code = ExitCode::NotJudged,
            Err(error) => {
                complain(&format!("error: {error}\n"));
                if code == ExitCode::Conforms {
                    code = ExitCode::Usage;
                }
            }
        }
    }
    for (name, runs) in others {
        let runs = count(runs, "run");
        tell(&format!(
            "target {name}: {runs} left data too; `portal-conformance cleanup --target {name}` undoes it\n"
        ))?;
    }
    Ok(code)
}

/// What runs left.
struct Left {
    /// The journals of runs that are over.
    journals: BTreeMap<Origin, Vec<Journal>>,
    /// How many journals are of targets that are not meant, by name.
    others: BTreeMap<String, usize>,
    /// The names of targets: of the file, and of all journals.
    names: BTreeSet<String>,
    /// How the process ends where nothing else goes wrong.
    code: ExitCode,
}

/// A mistyped name must not look like a portal where nothing is left.
fn check_name(name: &str, names: &BTreeSet<String>) -> Result<(), UsageError> {
    if names.contains(name) {
        return Ok(());
    }
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let advice = nearest(name, &known);
    Err(UsageError(format!(
        "no target `{name}`, and no run on one left anything{advice}"
    )))
}

fn left(options: &Options) -> Result<Left, UsageError> {
    let mut journals: BTreeMap<Origin, Vec<Journal>> = BTreeMap::new();
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    let mut code = ExitCode::Conforms;
    let file = file(options.config.as_deref(), false)?;
    let (folder, mut names) = match file {
        Some(file) => (file.folder, file.config.targets.into_keys().collect()),
        None => {
            let folder = env::current_dir().map_err(UsageError::of)?;
            (folder, BTreeSet::new())
        }
    };
    for path in journal::list(&folder.join(FOLDER)).map_err(UsageError::of)? {
        match journal::open(&path) {
            Ok(Opened::Left(journal)) => {
                let header = &journal.header;
                names.insert(header.target.clone());
                let origin = (header.target.clone(), header.url.clone());
                if options.target.as_ref().is_none_or(|name| *name == origin.0) {
                    journals.entry(origin).or_default().push(*journal);
                } else {
                    *others.entry(origin.0).or_default() += 1;
                }
            }
            Ok(Opened::InUse) => {
                names.extend(named_by(&path));
                tell(&format!(
                    "{}: its run is under way and undoes it itself\n",
                    path.display()
                ))?;
            }
            Ok(Opened::Unused) => {}
            Err(error) => {
                complain(&format!("error: {error}\n"));
                code = ExitCode::NotJudged;
            }
        }
    }
    Ok(Left {
        journals,
        others,
        names,
        code,
    })
}

/// The target that the name of a journal speaks of.
fn named_by(path: &Path) -> Option<String> {
    let (name, _run) = path.file_stem()?.to_str()?.rsplit_once('-')?;
    Some(name.to_owned())
}

/// Undoes the journals of one target; whether nothing is left.
fn clean(
    options: &Options,
    (name, url): &Origin,
    journals: Vec<Journal>,
) -> Result<bool, UsageError> {
    let alone = |error| UsageError(format!("test data on {url} is left alone: {error}"));
    let (target, recipe, contract) = target(options, name, url).map_err(alone)?;
    // The file may have changed since the run was checked.
    for journal in &journals {
        let mut parameters = target.parameters.clone();
        parameters.extend(journal.header.named.clone());
        let checked = recipe.check(&parameters);
        checked.map_err(|error| alone(UsageError::of(error)))?;
    }
    let client = Client::new(Arc::new(target)).map_err(UsageError::of)?;
    if let Some(proxy) = client.reader() {
        warn(&Warning::Overheard { proxy });
    }
    let runtime = runtime()?;
    let asked = async {
        wait_ready(&client, &contract, &told()).await?;
        logged_in(&client).await
    };
    let client = match runtime.block_on(asked) {
        Ok(client) => client,
        Err(obstacle) => {
            complain(&format!(
                "{}\n",
                report::obstacle(client.target(), &obstacle)
            ));
            return Ok(false);
        }
    };
    let mut is_complete = true;
    let unanswered = if options.give_up {
        Unanswered::IsGivenUp
    } else {
        Unanswered::StaysOpen
    };
    for journal in journals {
        is_complete &= runtime.block_on(clean_one(&client, &recipe, journal, unanswered))?;
    }
    Ok(is_complete)
}

/// The target as the configuration has it, at the URL where the run made its data: the settings see to
/// it that credentials stay with their host.
fn target(
    options: &Options,
    name: &str,
    url: &str,
) -> Result<(Target, Recipe, Arc<Contract>), UsageError> {
    let portal = PortalOptions {
        target: Some(name.to_owned()),
        url: Some(url.to_owned()),
        config: options.config.clone(),
        access: options.access.clone(),
        ..PortalOptions::default()
    };
    let mut settings = settings::of_portal(&portal)?;
    let contract = contract(&settings.pages)?;
    settings.check(&contract).map_err(words::settings)?;
    base_path::taken_once(&mut settings.target.url, &contract);
    settings.target.find_token(&contract);
    let recipe = Recipe::of(&settings).reading(&contract);
    Ok((settings.target, recipe, contract))
}

async fn clean_one(
    client: &Client,
    recipe: &Recipe,
    journal: Journal,
    unanswered: Unanswered,
) -> Result<bool, UsageError> {
    let what = format!("target {}, run {}", recipe.target, journal.header.run);
    let stop = Stop::never();
    let undoing = undone(client, recipe, journal, unanswered, Duration::MAX, &stop).await;
    tell(&format!("{what}: {}\n", summary(&undoing)))?;
    for left in &undoing.left {
        tell(&format!("  {}\n", report::leftover(left)))?;
    }
    for given_up in &undoing.given_up {
        tell(&format!("  {}\n", report::given_up(given_up)))?;
    }
    Ok(undoing.is_complete())
}

/// Prints what journals say as well: whoever wrote them chose names, and the names of the files.
fn tell(text: &str) -> Result<(), UsageError> {
    print(&without_danger(text))
}

/// The same for errors.
fn complain(text: &str) {
    eprint(&without_danger(text));
}

/// What undoing came to, in one line.
fn summary(undoing: &Undoing) -> String {
    let mut words = format!("{} undone", undoing.undone);
    for (count, what) in [
        (undoing.gone, "gone already"),
        (undoing.given_up.len(), "given up"),
        (undoing.left.len(), "left"),
    ] {
        if count > 0 {
            let _ = write!(words, ", {count} {what}");
        }
    }
    words
}
