//! What stands around a sign, and makes it one.

mod database;
mod host;
mod path;
mod secret;
mod trace;
mod version;

pub(super) use database::{
    delete, in_quotes, insert, of_table, select, table_missing, update, user_at_host,
};
pub(super) use host::{host, local, parting, private};
pub(super) use path::{
    deep_path, drive, file_url, file_url_of_drive, forward_drive, path, share, source_path,
};
pub(super) use secret::{password, user_in_url, variable};
pub(super) use trace::{
    class, failure, frame, goroutine, java_exception, line_and_column, module, placed_line,
    ruby_line, source_line, source_line_and_column,
};
pub(super) use version::{exact_version, five_digits, number_behind, version_behind};

/// How far around a sign is looked, in bytes: however long a hostile text is, that is its cost.
const REACH: usize = 300;
/// So many bytes may stand between a word and the number that belongs to it.
const MAX_BETWEEN: usize = 20;

/// Where the letters of a sign stand.
pub(super) struct Around<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// Where they begin.
    pub(super) from: usize,
    /// Where they end.
    pub(super) to: usize,
    /// What the client said itself: the host that it asked, and the path before all others.
    pub(super) own: &'a Own,
}

/// What a refusal may repeat, as it stands in the URL of the portal.
#[derive(Debug, Clone, Default)]
pub(super) struct Own {
    /// The host.
    pub(super) host: String,
    /// The path before those of the API; without one, empty.
    pub(super) prefix: String,
}

impl<'a> Around<'a> {
    fn before(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.from.saturating_sub(REACH)..self.from]
    }

    fn behind(&self) -> &'a [u8] {
        let bytes = self.text.as_bytes();
        &bytes[self.to..bytes.len().min(self.to + REACH)]
    }

    /// The letters themselves and what follows.
    fn onward(&self) -> &'a [u8] {
        let bytes = self.text.as_bytes();
        &bytes[self.from..bytes.len().min(self.to + REACH)]
    }

    fn is_word_start(&self) -> bool {
        let last = self.before().last();
        last.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.'))
    }
}

fn digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

pub(super) fn always(_: &Around<'_>) -> bool {
    true
}

/// A word of its own begins with it.
pub(super) fn word(at: &Around<'_>) -> bool {
    at.is_word_start()
}

/// A letter follows at once.
pub(super) fn letter(at: &Around<'_>) -> bool {
    at.is_word_start() && at.behind().first().is_some_and(u8::is_ascii_alphabetic)
}

/// A digit follows, perhaps behind a blank.
pub(super) fn number(at: &Around<'_>) -> bool {
    let behind = at.behind();
    let behind = behind.strip_prefix(b" ").unwrap_or(behind);
    behind.first().is_some_and(u8::is_ascii_digit)
}

/// A number with a point in it follows.
pub(super) fn number_with_point(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    at.is_word_start() && length > 0 && at.behind().get(length) == Some(&b'.')
}

/// A digit follows at once, and a word of its own begins with it.
pub(super) fn behind_slash(at: &Around<'_>) -> bool {
    at.is_word_start() && digits(at.behind()) > 0
}

/// In capitals, as nobody speaks.
pub(super) fn capitals(at: &Around<'_>) -> bool {
    at.text[at.from..at.to]
        .bytes()
        .all(|byte| !byte.is_ascii_lowercase())
        && at.is_word_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether letters between two bars are a sign, for who asked a host below a path.
    fn is_sign(is_one: fn(&Around<'_>) -> bool, marked: &str) -> bool {
        let parts: Vec<&str> = marked.split('|').collect();
        let [before, letters, behind] = parts.as_slice() else {
            panic!("{marked}");
        };
        let own = Own {
            host: "10.0.0.9".to_owned(),
            prefix: "/portal".to_owned(),
        };
        is_one(&Around {
            text: &format!("{before}{letters}{behind}"),
            from: before.len(),
            to: before.len() + letters.len(),
            own: &own,
        })
    }

    type Held<'a> = (fn(&Around<'_>) -> bool, &'a [&'a str], &'a [&'a str]);

    fn assert_held(all: &[Held<'_>]) {
        for (is_one, signs, others) in all {
            for text in *signs {
                assert!(is_sign(*is_one, text), "{text}");
            }
            for text in *others {
                assert!(!is_sign(*is_one, text), "{text}");
            }
        }
    }

    #[test]
    fn numbers_make_versions_and_lines() {
        let (near, far) = (
            format!("|P|{}1", " ".repeat(19)),
            format!("|P|{}1", " ".repeat(20)),
        );
        assert_held(&[
            (
                number,
                &["|PHP/|7.4", "|PHP/| 7"],
                &["|PHP/|x", "|PHP/|  7", "|PHP/|"],
            ),
            (
                number_with_point,
                &["|IIS |10.0"],
                &["|IIS |10", "x|IIS |10.0", "|IIS |.0", "|IIS |"],
            ),
            (
                version_behind,
                &[
                    "|PostgreSQL| 13.4",
                    "|PHP| 7.4.33 course",
                    "|PHP| v7.4 course",
                    "|PHP| 7.4 on Linux",
                    "\"server\": \"|PHP| 7.4\"",
                    "|SQL Server| 15.0.2000",
                    "|MySQL| Server v5.7.33",
                    "(|MariaDB|-10.5)",
                    "|nginx|/1.18",
                ],
                &[
                    "|PostgreSQL|",
                    "|PostgreSQL| 13",
                    "|MySQL|5.7",
                    "|PHP| is not 7.4",
                    "x|PHP| 7.4",
                    "|Redis| 6. Then",
                    "|PHP| 7.4 course",
                    "no contact '|PHP| 7.4'",
                    "|PHP| 7.10.2020",
                ],
            ),
            (
                source_line,
                &[
                    "main|.go:|12",
                    "x\nmain|.go:|12",
                    "2020/12/08 main|.go:|12: x",
                    "/app/main|.go:|12",
                    "src/main|.go:|12",
                    "\"main|.go:|12",
                    "./main|.go:|12",
                ],
                &[
                    "|.go:|12",
                    "main|.go:|x",
                    "https://example.com/main|.go:|12",
                    "//cdn/main|.go:|12",
                    "example.com/main|.go:|12",
                    "@main|.go:|12",
                    "art. 5|.c:|31",
                ],
            ),
            (
                source_line_and_column,
                &["src/main|.rs:|12:5", "main|.rs:|12:5"],
                &["src/main|.rs:|12", "ask portal|.rs:|8080"],
            ),
            (
                number_behind,
                &["|Phusion Passenger| (mod) 6.0", &near],
                &["|Phusion Passenger| could not start", &far],
            ),
            (
                five_digits,
                &["|ORA-|00942:"],
                &["|ORA-|0094", "|ORA-|009421", "x|ORA-|00942"],
            ),
            (
                line_and_column,
                &["x|.js:|10:5"],
                &["x|.js:|10", "x|.js:|10:", "x|.js:|:5", "x|.js:|10:y"],
            ),
            (
                ruby_line,
                &["x|.rb:|12:in `y'"],
                &["x|.rb:|12", "x|.rb:|:in `y'"],
            ),
            (
                goroutine,
                &["|goroutine |17 [running]"],
                &["|goroutine |17", "|goroutine | [running]"],
            ),
        ]);
    }

    #[test]
    fn what_else_a_name_may_be_is_a_version_only_where_it_says_so() {
        assert_held(&[
            (
                exact_version,
                &[
                    "|Portal| 12.7.1",
                    "|Portal| version 12.7",
                    "(|Rails|/7.1.2)",
                ],
                &[
                    "|Portal| 2.0",
                    "|Portal| v2.0",
                    "|Portal| 1.2.2020",
                    "x|Portal| 1.2.3",
                ],
            ),
            (
                placed_line,
                &["lib/crm/contacts|.ex:|31", "/srv/x|.py:|8"],
                &[
                    "contacts|.ex:|31",
                    "ask portal|.py:|8080",
                    "http://a/b|.py:|8",
                ],
            ),
        ]);
    }

    #[test]
    fn secrets_are_shown_and_are_a_programs_own() {
        assert_held(&[
            (
                user_in_url,
                &["postgres|://|crm:s3cret@db/crm", "https|://|:s3cret@db"],
                &[
                    "postgres|://|db:5432/crm",
                    "https|://|ann@example.com",
                    "https|://|example.com:443/@a",
                    "redis|://|:***@db",
                ],
            ),
            (
                password,
                &[
                    "Server=db;Uid=crm;|Pwd=|s3cret;",
                    "host=db |password=|s3cret",
                    "|Password=|s3cret;Data Source=db",
                ],
                &[
                    "send user=NAME&|password=|PASSWORD",
                    "Server=db;|Pwd=|****",
                    "Server=db;|Pwd=|;",
                ],
            ),
            (
                variable,
                &[
                    "DB|_PASSWORD|=s3cret",
                    "'DB|_PASSWORD|' => 's3cret'",
                    "\"DB|_PASSWORD|\": \"s3cret\"",
                    "|APP_KEY|=base64:x",
                ],
                &[
                    "|_PASSWORD|=x",
                    "INVALID|_PASSWORD|=1",
                    "db|_password|=x",
                    "DB|_PASSWORD| is not set",
                    "DB|_PASSWORD|=********",
                    "\"DB|_PASSWORD|\": \"\"",
                    "DB|_PASSWORD|: not set",
                ],
            ),
        ]);
    }

    #[test]
    fn names_of_classes_and_modules_are_told_from_words() {
        assert_held(&[
            (
                class,
                &[
                    "|kotlin.|KotlinNullPointerException",
                    "|java.|util.Optional",
                ],
                &[
                    "|scala.|example.com",
                    "|Scala.|Then",
                    "|kotlin.|",
                    "x|java.|util.Optional",
                ],
            ),
            (
                module,
                &["|Ecto.|NoResultsError", "(|Phoenix.|Router.NoRouteError)"],
                &["|Phoenix.|com", "|phoenix.|Com", "|Phoenix.| Then"],
            ),
            (
                failure,
                &["|** (|Ecto.NoResultsError) expected", "|** (|exit) exited"],
                &["|** (|see below)", "|** (|Error", "|** (|)"],
            ),
            (
                java_exception,
                &["com.example.crm.NotFound|Exception|"],
                &[
                    "NotFound|Exception|",
                    "ASC.Crm.NotFound|Exception|",
                    "see crm.|Exception|",
                ],
            ),
        ]);
    }

    #[test]
    fn a_frame_stands_alone_on_its_line() {
        assert_held(&[(
            frame,
            &[
                "   |at |A.B.C(Int32 id)",
                "x\n\t|at |A.B()",
                "|at |A.B()",
                "\"|at |A.B()",
            ],
            &[
                "look |at |A.B()",
                "|at |AB(x)",
                "|at |a.b(x.js:12)",
                "|at |a.b(/x)",
                "|at |A.B(",
                "|at |A.B x",
            ],
        )]);
    }

    #[test]
    fn a_path_begins_at_the_root_and_is_no_link() {
        assert_held(&[
            (
                path,
                &["|/var/|www", " |/var/|www", "\"|/var/|www"],
                &[
                    "href=\"|/var/|www",
                    "href='|/var/|www",
                    "href=|/var/|www",
                    "http://h|/var/|www",
                    "a|/var/|www",
                    "|/portal/|www",
                    "|/var/|",
                    "|/var/| www",
                ],
            ),
            (deep_path, &["|/opt/|x/y"], &["|/opt/|x", "a|/opt/|x/y"]),
            (
                source_path,
                &["|/opt/|x.py"],
                &["|/opt/|x.txt", "a|/opt/|x.py"],
            ),
            (
                drive,
                &["C|:\\|temp", "in C|:\\|temp", "C|:\\|\\temp"],
                &["xC|:\\|temp", "|:\\|temp", "1|:\\|temp", "C|:\\| temp"],
            ),
            (
                forward_drive,
                &["C|:/|inetpub", "in d|:/|sites/crm"],
                &[
                    "http|:/|/x",
                    "d|:/|sites",
                    "C|:/| x",
                    "C|:/|/x",
                    "svn+c|:/|a/b",
                ],
            ),
            (
                share,
                &["|\\\\|server\\share", "in |\\\\|fs01.corp\\crm$"],
                &[
                    "|\\\\|server",
                    "|\\\\|d\\w",
                    "a|\\\\|server\\share",
                    "|\\\\|server/share",
                ],
            ),
            (
                file_url,
                &["|file:///|srv/app"],
                &["|file:///|C:/x", "|file:///| x"],
            ),
            (
                file_url_of_drive,
                &["|file:///|C:/x"],
                &["|file:///|srv/app"],
            ),
        ]);
    }

    #[test]
    fn an_address_is_private_and_a_host_one_of_ones_own_network() {
        assert_held(&[
            (
                private,
                &[
                    "|10.|0.0.1",
                    "|172.|16.0.1",
                    "|192.168.|1.1.",
                    "|169.254.|1.1 x",
                    "(|10.|0.0.1)",
                ],
                &[
                    "|10.|0.0.9",
                    "|10.|0.0.256",
                    "|10.|0.0",
                    "|172.|32.0.1",
                    "1|10.|0.0.1",
                    "|10.|0.0.1-x",
                    "|10.|0.0.1x",
                ],
            ),
            (
                host,
                &[
                    "db01|.internal|",
                    "db01|.internal|. x",
                    "at db01|.internal|:80",
                ],
                &[
                    "|.internal|",
                    "d|.internal|",
                    "db01|.internal|s",
                    "db01|.internal|-x",
                    "db01|.internal|.example",
                    "db01|.internal|(",
                    "db01|.internal|=",
                ],
            ),
            (
                host,
                &[
                    "main|.local|",
                    "connect to main|.local|",
                    "http://main|.local|",
                    "main|.local|:8080",
                    "main|.local| refused the connection",
                    "redis|.local| is not a contact",
                ],
                &[
                    "main|.local| is not a contact",
                    "ann@db01|.local| is unknown",
                ],
            ),
            (
                local,
                &[
                    "|fd|12:3456:789a::1",
                    "[|fd|00::17]:5432",
                    "at |fc|00::1: refused",
                    "|fe80:|:1%eth0",
                ],
                &[
                    "|fd|",
                    "|fd|:12:34:56:78:9a",
                    "2001:db8::|fd|00",
                    "|fd|12",
                    "a|fd|00::1",
                ],
            ),
            (
                letter,
                &["|getaddrinfo |x"],
                &["|getaddrinfo |1", "x|getaddrinfo |y"],
            ),
            (word, &["|a|", " |a|"], &["x|a|", "_|a|", "-|a|", ".|a|"]),
        ]);
    }

    #[test]
    fn statements_are_in_capitals_or_of_all_columns() {
        assert_held(&[
            (
                select,
                &[
                    "|SELECT |a FROM b WHERE c",
                    "|SELECT |a\n FROM b\n WHERE c",
                    "|select |* from b",
                    "|select |id from crm_contact where id = 31",
                    "|select |c.id from contact c join owner o on o.id = c.owner_id",
                    "|select |c.id, c.name from contact c limit 1",
                    "|select |count(id) from contact",
                ],
                &[
                    "|SELECT |a FROM b",
                    "|SELECT |a WHERE b",
                    "|select |a from b where c",
                    "|select |a contact, or two, from the list where it is shown",
                    "se|select |* from b",
                ],
            ),
            (
                capitals,
                &["|INSERT INTO|"],
                &["|Insert into|", "x|INSERT INTO|"],
            ),
            (
                update,
                &["|UPDATE |contact SET name = 'x' WHERE id = 31"],
                &[
                    "|UPDATE |contact",
                    "|UPDATE |YOUR SETTINGS = NOW",
                    "|Update |the list SET a = b",
                    "|UPDATE |a SET b",
                ],
            ),
            (
                update,
                &["|update |contact set name = 'x' where id = 31"],
                &["|update |the list, set a = b"],
            ),
            (
                insert,
                &[
                    "|INSERT INTO |contact",
                    "|insert into |contact (id) values (31)",
                ],
                &["|insert into |the list", "x|insert into |a values (1)"],
            ),
            (
                delete,
                &[
                    "|DELETE FROM |contact",
                    "|delete from |contact where id = 31",
                ],
                &[
                    "|delete from |the list where it is shown",
                    "|delete from |contact",
                ],
            ),
        ]);
    }
}
