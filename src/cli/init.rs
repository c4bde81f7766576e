//! `init`: a configuration file for a portal, by reads alone.

mod text;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base_path;
use crate::check::Rule;
use crate::cli::args::Init as Options;
use crate::cli::init::text::{Outset, outset};
use crate::cli::interrupt::Interrupt;
use crate::cli::run::{told, warn};
use crate::cli::{
    UsageError, all_pages, eprint, print, runtime, tell_passed_over, tell_unread, words,
};
use crate::client::Client;
use crate::config::{Config, FILE_NAME, Scheme};
use crate::contract::{self, AskedFor, Contract};
use crate::exit_code::ExitCode;
use crate::profile;
use crate::report;
use crate::session::Warning;
use crate::session::ready::wait_ready;
use crate::session::survey::{Survey, survey};
use crate::settings::{Given, Settings, Surroundings};

/// The name of the schema beside the file.
const SCHEMA_NAME: &str = "portal-conformance.schema.json";

/// Writes the file and its schema, where neither is there yet.
pub(super) fn init(options: &Options) -> Result<ExitCode, UsageError> {
    let name = &options.target;
    check_name(name)?;
    let (file, schema) = (options.out.join(FILE_NAME), options.out.join(SCHEMA_NAME));
    let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    let schema_text = format!("{:#}\n", Config::json_schema(&rules));
    free(&file)?;
    // The schema of this version may be there already.
    let has_schema = fs::read_to_string(&schema).is_ok_and(|text| text == schema_text);
    if !has_schema {
        free(&schema)?;
    }
    let given = Given {
        url: Some(options.url.clone()),
        profile: options.profile.clone(),
        pages: options.pages.paths.clone(),
        excluded_pages: options.pages.excluded.clone(),
        parameters: options.parameters.clone(),
        ..options.access.given()
    };
    let mut settings =
        Settings::of(&given, Surroundings::of_process(), None).map_err(words::settings)?;
    let contract = contract::load(&settings.pages).map_err(UsageError::of)?;
    contract.unread.iter().for_each(tell_unread);
    contract.passed_over.iter().for_each(tell_passed_over);
    settings.check(&contract).map_err(words::settings)?;
    if let Some(base) = base_path::taken_once(&mut settings.target.url, &contract) {
        warn(&Warning::BaseOnce { base });
    }
    settings.target.find_token(&contract);
    make_folder(&options.out)?;
    // Nothing has to be ended in order: the first signal ends the process.
    Interrupt::listen()?.release();
    let (candidates, profiles) = candidates(options, &contract)?;
    let asked_for = asked_for(&contract);
    let is_open =
        options.access.auth.is_none() && settings.target.credentials.scheme == Scheme::default();
    let asked_for = asked_for.filter(|_| is_open);
    // What the document says of it holds where nobody says otherwise.
    let proposed = asked_for.as_ref().and_then(scheme_of);
    if let Some(scheme) = proposed
        && settings.target.credentials.carried.is_none()
    {
        settings.target.credentials.scheme = scheme;
    }
    let credentials = &settings.target.credentials;
    // A login is no read.
    let can_read = credentials.scheme != Scheme::Login && credentials.are_given();
    let survey = if can_read {
        surveyed(&settings, &contract, &profiles)?
    } else {
        Survey::default()
    };
    tell_survey(&survey, &settings);
    if survey.is_empty() {
        return Ok(ExitCode::NotJudged);
    }
    let text = outset(&Outset {
        options,
        settings: &settings,
        contract: &contract,
        named: candidates
            .first()
            .filter(|_| profiles.len() == 1)
            .map(String::as_str),
        survey: &survey,
        is_asked_for: proposed.is_some(),
        key_header: match &asked_for {
            Some(AskedFor::Header(name)) => Some(name.as_str()),
            _ => None,
        },
        can_read,
        pages: paths(options, &options.pages.paths)?,
        cacert: paths(options, options.access.cacert.as_slice())?.pop(),
        cert: paths(options, options.access.cert.as_slice())?.pop(),
    });
    if !has_schema {
        write(&schema, &schema_text)?;
    }
    write(&file, &text)?;
    print(&format!("{}\n", file.display()))?;
    eprint(&format!(
        "nothing but reads was sent; next: portal-conformance run --config {} --target {name} --list\n",
        file.display()
    ));
    all_pages(contract.unread.len())?;
    Ok(ExitCode::Conforms)
}

/// The profiles by which the portal may speak, with their names: the one that is named, else every built-in one.
fn candidates(
    options: &Options,
    contract: &Contract,
) -> Result<(Vec<String>, Vec<Arc<profile::Profile>>), UsageError> {
    let named =
        crate::settings::profile_name(options.profile.as_deref(), Surroundings::of_process());
    let candidates: Vec<String> = match named.map_err(words::settings)? {
        Some(name) => vec![name],
        None => profile::builtin_names()
            .into_iter()
            .map(str::to_owned)
            .collect(),
    };
    let profiles = candidates.iter().map(|name| {
        let profile = profile::load(name)?;
        profile.check(contract)?;
        Ok(Arc::new(profile))
    });
    let profiles = profiles.collect::<Result<Vec<_>, profile::ProfileError>>();
    Ok((candidates, profiles.map_err(UsageError::of)?))
}

/// Says why nothing is known of the portal, where that is so.
fn tell_survey(survey: &Survey, settings: &Settings) {
    if let Some(obstacle) = &survey.refused {
        let told = report::obstacle(&settings.target, obstacle);
        let told = settings.target.scrub(&told);
        let what = if survey.is_empty() {
            "nothing could be read, and no file is written"
        } else {
            "only what anybody may read was answered"
        };
        eprint(&format!("{what}: {told}\n"));
    }
    if let Some(message) = &survey.silence {
        eprint(&format!(
            "the portal could not be read, so nothing is known of it, and no file is written: {message}\n"
        ));
    }
}

/// Reads from a portal, once it is ready.
fn surveyed(
    settings: &Settings,
    contract: &Contract,
    profiles: &[Arc<profile::Profile>],
) -> Result<Survey, UsageError> {
    let client = Client::new(Arc::new(settings.target.clone())).map_err(UsageError::of)?;
    let asked = async {
        if let Err(obstacle) = wait_ready(&client, contract, &told()).await {
            return Ok(Survey {
                silence: Some(report::obstacle(&settings.target, &obstacle)),
                ..Survey::default()
            });
        }
        survey(contract, profiles, &settings.target).await
    };
    runtime()?.block_on(asked).map_err(UsageError::of)
}

/// The scheme in which a token is sent as a document asks for it; none for a key in a header of its own.
fn scheme_of(asked_for: &AskedFor) -> Option<Scheme> {
    match asked_for {
        AskedFor::Bearer => Some(Scheme::Bearer),
        AskedFor::Basic => Some(Scheme::Basic),
        AskedFor::Raw => Some(Scheme::Raw),
        AskedFor::Header(_) | AskedFor::Cookie(_) | AskedFor::Query(_) | AskedFor::Otherwise => {
            None
        }
    }
}

/// How requests tell who asks, where the documents say one thing of all operations.
fn asked_for(contract: &Contract) -> Option<AskedFor> {
    let all = contract.operations.iter();
    let all: BTreeSet<&AskedFor> = all.filter_map(|one| one.asks_for.as_ref()).collect();
    match Vec::from_iter(all).as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    }
}

/// A target's name is a key of TOML that needs no quotes.
fn check_name(name: &str) -> Result<(), UsageError> {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) {
        return Ok(());
    }
    Err(UsageError(
        "--target names the target in the file: expected letters, digits, - and _".to_owned(),
    ))
}

/// Makes the folder of what is written, before anything is asked.
fn make_folder(folder: &Path) -> Result<(), UsageError> {
    fs::create_dir_all(folder)
        .map_err(|error| UsageError(format!("cannot make {}: {error}", folder.display())))
}

/// Sees to it that nothing stands in a place.
fn free(path: &Path) -> Result<(), UsageError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(UsageError(format!("{}: {error}", path.display()))),
        Ok(_) => Err(UsageError(format!(
            "{} is there already and is not overwritten: remove it, or name another folder with --out",
            path.display()
        ))),
    }
}

/// Writes a new file; one that came meanwhile stays.
fn write(path: &Path, text: &str) -> Result<(), UsageError> {
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| UsageError(format!("cannot write {}: {error}", path.display())))
}

/// Paths as the file names them: from its folder.
fn paths(options: &Options, paths: &[PathBuf]) -> Result<Vec<PathBuf>, UsageError> {
    let is_here = options.out == Path::new(".");
    let from_file = paths.iter().map(|path| {
        if is_here {
            Ok(path.clone())
        } else {
            fs::canonicalize(path)
        }
    });
    let from_file = from_file.collect::<io::Result<Vec<_>>>();
    from_file.map_err(UsageError::of)
}
