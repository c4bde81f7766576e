//! Finds and reads the file, and says where in it something is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use crate::config::owner::Untrusted;
use crate::config::{Config, FILE_NAME, TargetEntry};
use crate::input;
use crate::names::{in_our_words, nearest};
use crate::source::{self, Span};

/// A configuration file that was read.
#[derive(Debug, Clone)]
pub struct File {
    /// What it says.
    pub config: Config,
    /// Its folder: relative paths in it start here.
    pub folder: PathBuf,
    source: source::Source,
}

/// Why a configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// It was found, not named, and somebody else may have put it there.
    #[error(
        "the configuration file {} {why}: it says where credentials go, so it is not used unless it is named",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Who else it may be from.
        why: Untrusted,
    },
    /// Something in it is wrong.
    #[error("{place}: {message}{excerpt}")]
    Invalid {
        /// `file:line:column`.
        place: String,
        /// What is wrong, and what to write instead.
        message: String,
        /// The line with a caret below, each on a line of its own; empty where the line may hold a secret.
        excerpt: String,
    },
}

impl File {
    /// Looks for the file in a folder and in those above it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`]: there is one, and it cannot be used.
    pub fn find(folder: &Path) -> Result<Option<Self>, ConfigError> {
        let Some(path) = Self::path_above(folder) else {
            return Ok(None);
        };
        let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        if let Some(why) = Untrusted::of(&path) {
            return Err(ConfigError::Foreign { path: name, why });
        }
        Self::read_as(&path, &name).map(Some)
    }

    /// Where the file lies that [`Self::find`] reads.
    #[must_use]
    pub fn path_above(folder: &Path) -> Option<PathBuf> {
        let mut found = folder.ancestors().map(|folder| folder.join(FILE_NAME));
        // What is neither file nor folder is refused when it is read.
        found.find(|path| fs::metadata(path).is_ok_and(|found| !found.is_dir()))
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`]: it cannot be read, is no TOML, or holds what is no setting.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::read_as(path, path)
    }

    fn read_as(path: &Path, name: &Path) -> Result<Self, ConfigError> {
        let text = input::text(path).map_err(|error| ConfigError::Io {
            path: name.to_owned(),
            error,
        })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Self::parse(&name.display().to_string(), &text, folder)
    }

    /// Reads the text of a file that lies in a folder.
    ///
    /// ```
    /// # use portal_conformance::config::File;
    /// let text = "[target.staging]\nurl = \"https://portal.example.com\"\nprofil = \"x\"\n";
    /// let error = File::parse("portal-conformance.toml", text, "".into()).unwrap_err();
    /// assert!(error.to_string().starts_with(
    ///     "portal-conformance.toml:3:1: unknown key `profil`; did you mean `profile`?"
    /// ));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`]: no TOML, or not what the types of this module say.
    pub fn parse(name: &str, text: &str, folder: PathBuf) -> Result<Self, ConfigError> {
        // Editors on Windows begin files with a byte order mark; offsets stay those of the rest.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = source::Source::new(name, text);
        let config = toml::from_str(text).map_err(|error: toml::de::Error| {
            let span = error.span().unwrap_or_default();
            let span = Span {
                start: span.start,
                end: span.end,
            };
            invalid(&source, span, &in_our_words(error.message()))
        })?;
        Ok(Self {
            config,
            folder,
            source,
        })
    }

    /// The target of a name.
    ///
    /// # Errors
    ///
    /// Names the nearest one, or all of them, where there is none.
    pub fn target(&self, name: &str) -> Result<&TargetEntry, ConfigError> {
        self.config.targets.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.config.targets.keys().map(String::as_str).collect();
            let advice = if known.is_empty() {
                "; the file names none: write a table [target.NAME] with a url".to_owned()
            } else {
                let near = nearest(name, &known);
                let list = format!("; known are {}", known.join(", "));
                if near == list {
                    near
                } else {
                    format!("{near}{list}")
                }
            };
            ConfigError::Invalid {
                place: self.source.name.to_string(),
                message: format!("no target `{name}`{advice}"),
                excerpt: String::new(),
            }
        })
    }

    /// A path of the file, from the working folder.
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// The name under which messages show the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.source.name
    }

    /// An error at a place: keys and positions in lists on the way to it, as far as they exist.
    #[must_use]
    pub fn error(&self, way: &[&str], message: &str) -> ConfigError {
        invalid(&self.source, self.span_of(way), message)
    }

    /// The span of the value at the end of a way, or of the last that exists on it.
    fn span_of(&self, way: &[&str]) -> Span {
        let Ok(table) = DeTable::parse(&self.source.text) else {
            return Span::default();
        };
        let mut span = Span::default();
        let mut here: Option<&DeValue<'_>> = None;
        for (at, step) in way.iter().enumerate() {
            let next = match (at, here) {
                (0, _) => table.get_ref().get(*step),
                (_, Some(DeValue::Table(table))) => table.get(*step),
                (_, Some(DeValue::Array(items))) => {
                    step.parse().ok().and_then(|at: usize| items.get(at))
                }
                _ => None,
            };
            let Some(next) = next else { break };
            span = Span {
                start: next.span().start,
                end: next.span().end,
            };
            here = Some(next.get_ref());
        }
        span
    }
}

fn invalid(source: &source::Source, span: Span, message: &str) -> ConfigError {
    let line = source.line_at(span.start);
    let excerpt = if may_hold_secret(line) {
        String::new()
    } else {
        format!("\n{}", source.excerpt(span))
    };
    ConfigError::Invalid {
        place: source.locate(span.start),
        message: message.to_owned(),
        excerpt,
    }
}

/// Whether a line is better not shown: it names a credential, or is the inside of a longer value.
fn may_hold_secret(line: &str) -> bool {
    let line = line.trim_start().to_lowercase();
    let is_inside = !line.contains('=') && !line.starts_with(['[', '#']);
    let words = [
        "auth", "cookie", "key", "pass", "secret", "token", "user", "@",
    ];
    // Without a value, a line holds no secret.
    let names_one = line.contains('=') && words.iter().any(|word| line.contains(word));
    is_inside || names_one
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let file = File::parse("x.toml", text, PathBuf::new());
        file.map(|file| file.config).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_shown_with_place_and_advice() {
        for (text, expected) in [
            (
                "[target.a]\nurl = 'u'\n[target.a.limits]\nrequest-timout = 3\n",
                "x.toml:4:1: unknown key `request-timout`; did you mean `request-timeout`?\n  4 | request-timout = 3\n    | ^^^^^^^^^^^^^^",
            ),
            (
                "[target.a]\nurl = 5\n",
                "x.toml:2:7: expected a string, found integer\n  2 | url = 5\n    |       ^",
            ),
            (
                "[target.a]\nurl = 'u'\nparameters = { contactid = true }\n",
                "x.toml:3:28: expected a whole number, a text, a table or a list of them, found boolean\n",
            ),
            (
                "[target.a]\nallow-writes = true\n",
                "x.toml:1:1: missing field `url`",
            ),
            (
                "[targets.a]\nurl = 'u'\n",
                "x.toml:1:2: unknown key `targets`; did you mean `target`?",
            ),
            ("[target.a\n", "x.toml:1:10: "),
            (
                "[target.a]\nurl = 'u'\naccount.scheme = 'baerer'\n",
                "x.toml:3:18: unknown value `baerer`; did you mean `bearer`?",
            ),
        ] {
            let error = error(text);
            assert!(error.starts_with(expected), "{error}\n{expected}");
        }
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_shown() {
        for account in [
            "token = 'geheim'",
            "token = 4711",
            "password = \"geheim\"",
            "user = 'geheim'",
            "token = geheim",
            "token = { env = 'A', file = 'geheim' }",
            "token = { geheim = 'A' }",
            "token = \"\"\"\ngeheim \\q\n\"\"\"",
        ] {
            let error = error(&format!(
                "[target.a]\nurl = 'u'\n[target.a.account]\n{account}\n"
            ));
            assert!(!error.contains("geheim'"), "{account}: {error}");
            assert!(!error.contains("= geheim"), "{account}: {error}");
            assert!(!error.contains("4711"), "{account}: {error}");
            assert!(!error.contains("geheim \\"), "{account}: {error}");
        }
        let advice = error("[target.a]\nurl = 'u'\naccount.token = 'geheim'\n");
        assert!(advice.contains("{ env = \"VARIABLE\" }"), "{advice}");
    }

    #[test]
    fn a_day_may_be_a_text_or_a_date() {
        for until in ["'2026-12-31'", "2026-12-31"] {
            let text = format!(
                "[target.a]\nurl = 'u'\n[[target.a.waiver]]\ncase = '*'\nkind = 'missing'\nreason = 'r'\nuntil = {until}\n"
            );
            let file = File::parse("x.toml", &text, PathBuf::new()).unwrap();
            assert_eq!(file.config.targets["a"].waivers[0].until, "2026-12-31");
        }
    }

    #[test]
    fn a_place_deep_in_the_file_is_found() {
        let text = "[target.a]\nurl = 'u'\n[[target.a.waiver]]\ncase = '*'\nkind = 'mising'\nreason = 'r'\nuntil = 2026-12-31\n";
        let file = File::parse("x.toml", text, PathBuf::new()).unwrap();
        let error = file.error(&["target", "a", "waiver", "0", "kind"], "no kind");
        assert_eq!(
            error.to_string(),
            "x.toml:5:8: no kind\n  5 | kind = 'mising'\n    |        ^^^^^^^^"
        );
        let error = file.error(&["target", "a", "limits", "rate"], "no rate");
        assert!(
            error.to_string().starts_with("x.toml:1:1: no rate"),
            "{error}"
        );
    }

    #[test]
    fn the_file_is_found_from_folders_below() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(
            folder.path().join(FILE_NAME),
            "[target.a]\nurl = 'u'\nsnapshots = 's'\n",
        )
        .unwrap();
        let file = File::find(&below).unwrap().unwrap();
        assert_eq!(file.path(Path::new("s")), folder.path().join("s"));
        let error = file.target("b").unwrap_err().to_string();
        assert!(error.contains("no target `b`; known are a"), "{error}");
    }
}
