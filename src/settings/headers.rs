//! Further headers: those that are given beside those of the file under other names.

use crate::config::{File, HeaderValue};
use crate::secret::Secret;
use crate::settings::{Chosen, Given, SettingsError, Surroundings, account};
use crate::target::{self, TargetError};

/// No header of any target may hold a credential in plain sight.
pub(super) fn check(file: &File) -> Result<(), SettingsError> {
    for (name, entry) in &file.config.targets {
        for (header, value) in &entry.headers {
            if matches!(value, HeaderValue::Text(_)) && target::is_credential(header) {
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

/// The headers that are given, and those of the file under other names.
pub(super) fn headers(
    given: &Given,
    around: Surroundings<'_>,
    chosen: Option<&Chosen>,
) -> Result<Vec<(String, Secret)>, SettingsError> {
    let mut headers = Vec::new();
    for text in &given.headers {
        headers.push(target::parse_header(text)?);
    }
    let Some(chosen) = chosen else {
        return Ok(headers);
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
            HeaderValue::Found(place) => account::found(place, around, chosen, &way)?,
        };
        let header = target::parse_header(&format!("{name}: {value}"));
        of_file.push(header.map_err(|error| match error {
            TargetError::OwnHeader { .. } => chosen.error(&way, &error.to_string()),
            _ => chosen.error(
                &way,
                "no header: its name or value holds characters that none can",
            ),
        })?);
    }
    of_file.extend(headers);
    Ok(of_file)
}
