//! Further headers: flags beside those of the file under other names.

use crate::config::{File, HeaderValue, TargetEntry};
use crate::secret::Secret;
use crate::settings::{Given, Place, SettingsError, Surroundings, account};
use crate::target::{self, TargetError};

/// No header of any target may hold a credential in plain sight.
pub(super) fn check(file: &File) -> Result<(), SettingsError> {
    for (name, entry) in &file.config.targets {
        for (header, value) in &entry.headers {
            if matches!(value, HeaderValue::Text(_)) && target::is_credential(header) {
                let place = Place { file, name };
                let message = format!(
                    "the header `{header}` carries a credential, which does not stand in this file: write {{ env = \"VARIABLE\" }} or {{ file = \"PATH\" }}"
                );
                return Err(place.error(&["headers", header], &message).into());
            }
        }
    }
    Ok(())
}

/// The headers that are given, and those of the file under other names.
pub(super) fn headers(
    given: &Given,
    around: Surroundings<'_>,
    entry: Option<(&TargetEntry, Place<'_>)>,
) -> Result<Vec<(String, Secret)>, SettingsError> {
    let mut headers = Vec::new();
    for argument in &given.headers {
        headers.push(target::parse_header(argument)?);
    }
    let Some((entry, place)) = entry else {
        return Ok(headers);
    };
    let mut of_file = Vec::new();
    for (name, value) in &entry.headers {
        let is_given = |(other, _): &(String, Secret)| other.eq_ignore_ascii_case(name);
        if headers.iter().any(is_given) {
            continue;
        }
        let way = ["headers", name];
        let value = match value {
            HeaderValue::Text(text) => text.clone(),
            HeaderValue::Found(source) => account::found(source, around, place, &way)?,
        };
        let header = target::parse_header(&format!("{name}: {value}"));
        of_file.push(header.map_err(|error| match error {
            TargetError::OwnHeader { .. } => place.error(&way, &error.to_string()),
            _ => place.error(
                &way,
                "no header: its name or value holds characters that none can",
            ),
        })?);
    }
    of_file.extend(headers);
    Ok(of_file)
}
