//! Lexical forms, lawful ones and such as come near: generated for each type that an example implies.

use proptest::prelude::*;

/// One text for each type, and one for none of them.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) integer: String,
    pub(super) number: String,
    pub(super) boolean: String,
    pub(super) date_time: String,
    pub(super) guid: String,
    pub(super) text: String,
    /// Whether the text of the right type is taken, or any.
    pub(super) fits: bool,
}

/// White space of XML, and what only looks like it.
pub(super) const BLANKS: [&str; 9] = [
    "", " ", "\n\t ", "&#9;", "&#13;", "&#160;", "&#133;", "\u{2028}", "\u{3000}",
];

impl Form {
    /// The text that takes the place of another, by what that looks like.
    pub(super) fn instead_of(&self, text: &str) -> &str {
        let texts = [
            &self.integer,
            &self.number,
            &self.boolean,
            &self.date_time,
            &self.guid,
            &self.text,
        ];
        let text = text.trim();
        let at = if text.len() == 36 && text.matches('-').count() == 4 {
            4
        } else if text.len() > 18 && text.starts_with(char::is_numeric) && text.contains(':') {
            3
        } else if ["true", "false"].contains(&text.to_lowercase().as_str()) {
            2
        } else if text.parse::<i64>().is_ok() {
            0
        } else if text.parse::<f64>().is_ok() {
            1
        } else {
            5
        };
        // What fits not is the next type's text, so that each type meets each form.
        texts[if self.fits {
            at
        } else {
            (at + self.text.len()) % 6
        }]
    }
}

/// Forms of all types.
pub(super) fn form() -> impl Strategy<Value = Form> {
    let texts = (integer(), number(), boolean(), date_time(), guid(), text());
    (texts, prop::bool::weighted(0.9)).prop_map(|(texts, fits)| Form {
        integer: texts.0,
        number: texts.1,
        boolean: texts.2,
        date_time: texts.3,
        guid: texts.4,
        text: texts.5,
        fits,
    })
}

fn integer() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[+-]?[0-9]{1,3}",
        1 => "[+-]?0{0,30}[0-9]{0,30}",
        1 => "[1-9][0-9]{300,312}",
        1 => "[0-9]{0,2}[-+.,eExX٣][0-9]{0,2}",
        1 => Just("NaN".to_owned()),
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[+-]?[0-9]{0,3}(\\.[0-9]{0,3})?([eE][+-]?[0-9]{0,3})?",
        1 => "[-+]?1(\\.7[0-9]{0,16})?[eE][-+]?30[0-9]",
        1 => "[0-9]{305,312}",
        1 => "[+-]?(INF|NaN|inf|nan|Infinity|infinity|0x1F|1_000|1,5|1e5f)",
        1 => integer(),
    ]
}

fn boolean() -> impl Strategy<Value = String> {
    "True|False|true|false|TRUE|0|1|yes|T rue|"
}

/// Date-times part by part, each part mostly lawful.
pub(super) fn date_time() -> impl Strategy<Value = String> {
    let year = prop_oneof![
        4 => prop::sample::select(&["2020", "2019", "1900", "2000", "0000", "0001", "9999"][..])
            .prop_map(str::to_owned),
        1 => prop::sample::select(&["10000", "-2020", "+2020", "20", "٢٠٢٠"][..])
            .prop_map(str::to_owned),
    ];
    let month = prop_oneof![8 => "(0[1-9]|1[0-2])", 1 => "[0-9]{1,2}"];
    let day = prop_oneof![4 => "(0[1-9]|1[0-9]|2[0-8])", 4 => "(28|29|30|31)", 1 => "[0-9]{1,2}"];
    let separator = prop_oneof![6 => "T", 2 => "t", 1 => "[ _ U]?"];
    let clock = prop_oneof![
        8 => "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]",
        2 => "([01][0-9]|2[0-3]):[0-5][0-9]:60",
        2 => "23:59:60",
        1 => "24:00:00",
        1 => "[0-9]{2}:[0-9]{2}(:[0-9]{2})?",
    ];
    let fraction = prop_oneof![
        4 => "\\.[0-9]{7}",
        2 => "(\\.[0-9]{1,12})?",
        1 => "[.,]?[0-9]{0,2}",
    ];
    let zone = prop_oneof![
        4 => "Z",
        2 => "z",
        4 => "[+-](0[0-9]|1[0-4]|2[0-3]):[0-5][0-9]",
        1 => "[+-][0-9]{1,2}:?[0-9]{0,2}",
        1 => "(UTC)?",
        1 => Just("\u{2212}03:00".to_owned()),
    ];
    (year, month, day, separator, clock, fraction, zone).prop_map(
        |(year, month, day, separator, clock, fraction, zone)| {
            format!("{year}-{month}-{day}{separator}{clock}{fraction}{zone}")
        },
    )
}

fn guid() -> impl Strategy<Value = String> {
    let guid = "[0-9a-f]{8}-[0-9A-F]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-fA-F]{12}";
    prop_oneof![
        4 => guid,
        1 => guid.prop_map(|guid| format!("{{{guid}}}")),
        1 => guid.prop_map(|guid| guid.replace('-', "")),
        1 => (guid, any::<prop::sample::Index>(), "[0-9gG١ -]?").prop_map(|(mut guid, at, letter)| {
            let at = at.index(guid.len());
            guid.replace_range(at..=at, &letter);
            guid
        }),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-zA-Z0-9 äß¥.:/-]{0,12}", 1 => " {0,2}", 1 => Just("null".to_owned())]
}
