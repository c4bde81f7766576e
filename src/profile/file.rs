//! Profiles as files: the built-in ones, one of the user's, and what `extends` means.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::profile::Profile;

/// The profiles that are compiled in, by name.
const BUILTIN: [(&str, &str); 2] = [
    (
        "as-documented",
        include_str!("../../profiles/as-documented.toml"),
    ),
    (
        "community-server",
        include_str!("../../profiles/community-server.toml"),
    ),
];

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Neither a built-in profile nor a file.
    #[error("no profile `{name}`: neither built in ({}) nor a file{}", builtin_names().join(", "), suggestion(name))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The file cannot be read.
    #[error("cannot read the profile {name}: {error}")]
    Io {
        /// The file.
        name: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The text is no profile.
    #[error("the profile {name} cannot be used: {message}")]
    Invalid {
        /// The profile.
        name: String,
        /// What is wrong with it, and where.
        message: String,
    },
    /// Profiles extend one another in a circle.
    #[error("the profile {name} extends itself")]
    Circle {
        /// The profile.
        name: String,
    },
}

/// The names of the built-in profiles.
#[must_use]
pub fn builtin_names() -> Vec<&'static str> {
    BUILTIN.iter().map(|(name, _)| *name).collect()
}

/// Loads a built-in profile by name, or one of the user's by path.
///
/// ```
/// let profile = portal_conformance::profile::load("as-documented").unwrap();
/// assert_eq!(profile.xml.yes, "True");
/// ```
///
/// # Errors
///
/// [`ProfileError`]: unknown name, unreadable file, a key that does not exist, a circle of `extends`.
pub fn load(name: &str) -> Result<Profile, ProfileError> {
    let table = resolve(name, &mut Vec::new())?;
    let invalid = |message: String| ProfileError::Invalid {
        name: name.to_owned(),
        message,
    };
    Table::try_into(table).map_err(|error| invalid(error.message().to_owned()))
}

/// Reads a profile and lays it over the one that it extends.
fn resolve(name: &str, seen: &mut Vec<String>) -> Result<Table, ProfileError> {
    if seen.iter().any(|earlier| earlier == name) {
        return Err(ProfileError::Circle {
            name: name.to_owned(),
        });
    }
    seen.push(name.to_owned());
    let text = text_of(name)?;
    let mut table: Table =
        text.parse()
            .map_err(|error: toml::de::Error| ProfileError::Invalid {
                name: name.to_owned(),
                message: error.to_string(),
            })?;
    match table.remove("extends") {
        None => Ok(table),
        Some(Value::String(parent)) => {
            let mut whole = resolve(&parent, seen)?;
            lay_over(&mut whole, table);
            Ok(whole)
        }
        Some(other) => Err(ProfileError::Invalid {
            name: name.to_owned(),
            message: format!(
                "`extends` is a {}, expected the name of a profile",
                other.type_str()
            ),
        }),
    }
}

fn text_of(name: &str) -> Result<String, ProfileError> {
    if let Some((_, text)) = BUILTIN.iter().find(|(builtin, _)| *builtin == name) {
        return Ok((*text).to_owned());
    }
    let path = Path::new(name);
    if !path.exists() && path.extension().is_none() && path.components().count() == 1 {
        return Err(ProfileError::Unknown {
            name: name.to_owned(),
        });
    }
    fs::read_to_string(path).map_err(|error| ProfileError::Io {
        name: name.to_owned(),
        error,
    })
}

/// Tables are merged, lists of tables are appended, everything else is replaced.
fn lay_over(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => lay_over(under, over),
            (Some(Value::Array(under)), Value::Array(over))
                if over.iter().all(Value::is_table) && under.iter().all(Value::is_table) =>
            {
                under.extend(over);
            }
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

fn suggestion(name: &str) -> String {
    builtin_names()
        .into_iter()
        .max_by(|a, b| strsim::jaro(name, a).total_cmp(&strsim::jaro(name, b)))
        .filter(|near| strsim::jaro(name, near) > 0.7)
        .map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over_builtin(text: &str) -> Result<Profile, ProfileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        fs::write(&path, text).unwrap();
        load(path.to_str().unwrap())
    }

    #[test]
    fn a_profile_may_extend_another() {
        let profile = over_builtin(
            "extends = \"as-documented\"\nname = \"mine\"\n[xml]\ntrue = \"true\"\n\
             [[note]]\nat = \"Color\"\nnullable = true\nbecause = \"seen\"\n",
        )
        .unwrap();
        assert_eq!(
            (profile.xml.yes.as_str(), profile.xml.no.as_str()),
            ("true", "False")
        );
        assert_eq!(profile.notes.len(), 3);
    }

    #[test]
    fn a_key_that_does_not_exist_is_an_error() {
        let error =
            over_builtin("extends = \"as-documented\"\nmember-cas = \"camel\"\n").unwrap_err();
        assert!(
            error.to_string().contains("unknown field `member-cas`"),
            "{error}"
        );
    }

    #[test]
    fn a_mistyped_name_is_answered_with_the_nearest() {
        let error = load("as-documentd").unwrap_err();
        assert!(
            error.to_string().ends_with("did you mean `as-documented`?"),
            "{error}"
        );
    }

    #[test]
    fn every_builtin_profile_loads() {
        for name in builtin_names() {
            assert_eq!(load(name).unwrap().name, name);
        }
    }
}
