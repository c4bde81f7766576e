//! Further headers: those that are given beside those of the file under other names.

use crate::config::{File, HeaderValue, is_variable_name, looks_like_secret};
use crate::names;
use crate::request_header::{self, HeaderError};
use crate::secret::Secret;
use crate::settings::{Chosen, Given, SettingsError, Surroundings, UNSENT, account};
use crate::target::{HeaderSource, HeaderSources, SecretSource, TargetError};

/// No header of any target may hold a credential in plain sight.
pub(super) fn check(file: &File) -> Result<(), SettingsError> {
    for (name, entry) in &file.config.targets {
        for (header, value) in &entry.headers {
            if matches!(value, HeaderValue::Text(_)) && names::is_credential(header) {
                let message = format!(
                    "the header `{header}` carries a credential, which does not stand in this file: write {{ env = \"VARIABLE\" }} or {{ file = \"PATH\" }}"
                );
                let way = ["target", name, "headers", header];
                return Err(file.error(&way, &message).into());
            }
        }
    }
    Ok(())
}

/// No header that is given may hold a credential in plain sight either: other processes and logs see
/// command lines.
pub(super) fn check_given(given: &Given) -> Result<(), SettingsError> {
    for text in &given.headers {
        let (name, value) = request_header::parse(text).map_err(TargetError::from)?;
        if names::is_credential(&name) && !is_only_referred_to(value.reveal()) {
            return Err(SettingsError::HeaderSecret { name });
        }
    }
    Ok(())
}

/// Whether variables hold all of a value but a scheme before it, and names before `=` as cookies have them.
fn is_only_referred_to(value: &str) -> bool {
    let mut parts = value.split(VARIABLE);
    let before = parts.next().unwrap_or_default();
    let after = parts.map(|part| part.split_once('}').map_or("", |(_, rest)| rest));
    let literal: Vec<&str> = std::iter::once(before).chain(after).collect();
    literal.len() > 1 && literal.into_iter().all(is_no_credential)
}

/// Whether what stands beside variables can be no credential: each word is a name before `=`, or of letters
/// alone before a blank.
fn is_no_credential(literal: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || "-_.~+/".contains(c);
    let mut rest = literal.trim_start_matches(|c| !is_word(c) || "./".contains(c));
    while !rest.is_empty() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let is_name = behind.starts_with('=');
        let is_scheme = behind.starts_with(' ') && word.chars().all(char::is_alphabetic);
        if !(is_name || is_scheme || !word.contains(char::is_alphanumeric)) {
            return false;
        }
        rest = behind.trim_start_matches(|c| !is_word(c));
    }
    true
}

/// What the reference to an environment variable begins with, in the value of a header that is given; a
/// brace ends it.
const VARIABLE: &str = "{env:";

/// A value with what the variables hold that it refers to.
fn with_variables(
    header: &str,
    value: &str,
    around: Surroundings<'_>,
) -> Result<String, SettingsError> {
    let mut parts = value.split(VARIABLE);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part
            .split_once('}')
            .filter(|(name, _)| is_variable_name(name));
        let Some((name, rest)) = name else {
            return Err(SettingsError::HeaderVariable {
                header: header.to_owned(),
            });
        };
        if around.sends_nothing {
            whole.push_str(UNSENT);
        } else {
            // A credential that was pasted in the place of a name is not shown.
            let header = header.to_owned();
            let unset = if looks_like_secret(name) {
                SettingsError::HeaderVariable { header }
            } else {
                let name = name.to_owned();
                SettingsError::HeaderUnset { header, name }
            };
            let value = around.filled(name)?;
            whole.push_str(&value.ok_or(unset)?);
        }
        whole.push_str(rest);
    }
    Ok(whole)
}

/// The headers that are given, and those of the file under other names; and where their values are found.
pub(super) fn headers(
    given: &Given,
    around: Surroundings<'_>,
    chosen: Option<&Chosen>,
) -> Result<(Vec<(String, Secret)>, HeaderSources), SettingsError> {
    let mut headers = Vec::new();
    let mut sources = HeaderSources::new();
    for text in &given.headers {
        let (name, value) = request_header::parse(text).map_err(TargetError::from)?;
        sources.extend(source(value.reveal()).map(|found| (name.to_ascii_lowercase(), found)));
        let value = with_variables(&name, value.reveal(), around)?;
        // What a variable holds may be no value of a header.
        let header = request_header::parse(&format!("{name}: {value}"));
        headers.push(header.map_err(|_| SettingsError::HeaderValue { name })?);
    }
    let Some(chosen) = chosen else {
        return Ok((headers, sources));
    };
    let mut of_file = Vec::new();
    for (name, value) in &chosen.entry.headers {
        let is_given = |(other, _): &(String, Secret)| other.eq_ignore_ascii_case(name);
        if headers.iter().any(is_given) {
            continue;
        }
        let way = ["headers", name];
        let value = match value {
            HeaderValue::Text(text) => text.clone(),
            HeaderValue::Found(place) => {
                let file = place.file.as_ref().map(|path| chosen.path(path));
                let variable = place.env.clone().map(SecretSource::Variable);
                let found = variable.or(file.map(SecretSource::File));
                sources.extend(found.map(|place| {
                    let before = String::new();
                    (name.to_ascii_lowercase(), HeaderSource { before, place })
                }));
                account::found(place, around, chosen, &way)?
            }
        };
        let header = request_header::parse(&format!("{name}: {value}"));
        of_file.push(header.map_err(|error| match error {
            HeaderError::Own { .. } => chosen.error(&way, &error.to_string()),
            HeaderError::Form => chosen.error(
                &way,
                "no header: its name or value holds characters that none can",
            ),
        })?);
    }
    of_file.extend(headers);
    Ok((of_file, sources))
}

/// Where a value is found that one variable ends.
fn source(value: &str) -> Option<HeaderSource> {
    let (before, name) = value.strip_suffix('}')?.split_once(VARIABLE)?;
    is_variable_name(name).then(|| HeaderSource {
        before: before.to_owned(),
        place: SecretSource::Variable(name.to_owned()),
    })
}
