//! The words of dates, by language: months, weekdays, and what stands around days and times.
//!
//! All words are folded: lower case, without accents (`август` stays, `май` is `маи`). Short forms that are words of
//! another language too (`set`, `out`, `do`) count only on pages in their language.

use chrono::Weekday;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a language calls the months and the days of the week.
struct Language {
    /// As in the `lang` of a page.
    name: &'static str,
    /// The twelve months, each with its forms.
    months: [&'static str; 12],
    /// Monday to Sunday, each with its forms.
    weekdays: [&'static str; 7],
}

/// Letters of a word from which on it counts on pages in any language.
const LONG: usize = 4;

/// Short forms that mean nothing else.
const SHORT: [&str; 16] = [
    "mai", "maj", "mei", "okt", "dez", "fev", "avr", "abr", "dic", "ene", "giu", "lug", "ott",
    "mrt", "mrz", "gru",
];

/// Long words that mean something else where their language is not spoken.
const AMBIGUOUS: [&str; 4] = ["mars", "segunda", "quarta", "sexta"];

#[rustfmt::skip]
const LANGUAGES: [Language; 14] = [
    Language { name: "en",
        months: ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec"],
        weekdays: ["monday mon mondays", "tuesday tue tues tuesdays", "wednesday wed wednesdays", "thursday thu thur thurs thursdays", "friday fri fridays", "saturday sat saturdays", "sunday sun sundays"] },
    Language { name: "de",
        months: ["januar janner jan", "februar feber feb", "marz maerz mrz mar", "april apr", "mai", "juni jun", "juli jul", "august aug", "september sept sep", "oktober okt", "november nov", "dezember dez"],
        weekdays: ["montag mo montags", "dienstag di dienstags", "mittwoch mi mittwochs", "donnerstag do donnerstags", "freitag fr freitags", "samstag sonnabend sa samstags", "sonntag so sonntags"] },
    Language { name: "fr",
        months: ["janvier janv", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout", "septembre sept", "octobre oct", "novembre nov", "decembre dec"],
        weekdays: ["lundi lun", "mardi mar", "mercredi mer", "jeudi jeu", "vendredi ven", "samedi sam", "dimanche dim"] },
    Language { name: "es",
        months: ["enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago", "septiembre setiembre sep sept set", "octubre oct", "noviembre nov", "diciembre dic"],
        weekdays: ["lunes lun", "martes mar", "miercoles mie", "jueves jue", "viernes vie", "sabado sab", "domingo dom"] },
    Language { name: "pt",
        months: ["janeiro jan", "fevereiro fev", "marco mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago", "setembro set", "outubro out", "novembro nov", "dezembro dez"],
        weekdays: ["segunda seg", "terca ter", "quarta qua", "quinta qui", "sexta sex", "sabado sab", "domingo dom"] },
    Language { name: "it",
        months: ["gennaio gen", "febbraio feb", "marzo mar", "aprile apr", "maggio mag", "giugno giu", "luglio lug", "agosto ago", "settembre set sett", "ottobre ott", "novembre nov", "dicembre dic"],
        weekdays: ["lunedi lun", "martedi mar", "mercoledi mer", "giovedi gio", "venerdi ven", "sabato sab", "domenica dom"] },
    Language { name: "nl",
        months: ["januari jan", "februari feb", "maart mrt", "april apr", "mei", "juni jun", "juli jul", "augustus aug", "september sep sept", "oktober okt", "november nov", "december dec"],
        weekdays: ["maandag ma", "dinsdag di", "woensdag wo", "donderdag do", "vrijdag vr", "zaterdag za", "zondag zo"] },
    Language { name: "pl",
        months: ["stycznia styczen sty", "lutego luty lut", "marca marzec mar", "kwietnia kwiecien kwi", "maja maj", "czerwca czerwiec cze", "lipca lipiec lip", "sierpnia sierpien sie", "wrzesnia wrzesien wrz", "pazdziernika pazdziernik paz", "listopada listopad lis", "grudnia grudzien gru"],
        weekdays: ["poniedziałek poniedzialek pon", "wtorek wt", "sroda srode sr", "czwartek czw", "piatek pt", "sobota sobote sob", "niedziela niedziele niedz nd"] },
    Language { name: "cs",
        months: ["ledna leden", "unora unor", "brezna brezen", "dubna duben", "kvetna kveten", "cervna cerven", "cervence cervenec", "srpna srpen", "zari", "rijna rijen", "listopadu listopad", "prosince prosinec"],
        weekdays: ["pondeli po", "utery ut", "streda stredu st", "ctvrtek ct", "patek pa", "sobota sobotu so", "nedele nedeli ne"] },
    Language { name: "ca",
        months: ["gener gen", "febrer febr", "marc", "abril abr", "maig", "juny", "juliol jul", "agost ag", "setembre set", "octubre oct", "novembre nov", "desembre des"],
        weekdays: ["dilluns dl", "dimarts dt", "dimecres dc", "dijous dj", "divendres dv", "dissabte ds", "diumenge dg"] },
    Language { name: "sv",
        months: ["januari jan", "februari feb", "mars", "april apr", "maj", "juni jun", "juli jul", "augusti aug", "september sep sept", "oktober okt", "november nov", "december dec"],
        weekdays: ["mandag mandagen man", "tisdag tisdagen tis", "onsdag onsdagen ons", "torsdag torsdagen tors", "fredag fredagen fre", "lordag lordagen lor", "sondag sondagen son"] },
    Language { name: "da",
        months: ["januar jan", "februar feb", "marts mar", "april apr", "maj", "juni jun", "juli jul", "august aug", "september sep", "oktober okt", "november nov", "december dec"],
        weekdays: ["mandag man", "tirsdag tir", "onsdag ons", "torsdag tor", "fredag fre", "lørdag lør", "søndag søn"] },
    Language { name: "no",
        months: ["januar jan", "februar feb", "mars", "april apr", "mai", "juni jun", "juli jul", "august aug", "september sep", "oktober okt", "november nov", "desember des"],
        weekdays: ["mandag man", "tirsdag tir", "onsdag ons", "torsdag tor", "fredag fre", "lørdag lør", "søndag søn"] },
    Language { name: "ru",
        months: ["января январь янв", "февраля февраль фев", "марта март мар", "апреля апрель апр", "мая маи", "июня июнь июн", "июля июль июл", "августа август авг", "сентября сентябрь сен сент", "октября октябрь окт", "ноября ноябрь ноя", "декабря декабрь дек"],
        weekdays: ["понедельник пн", "вторник вт", "среда среду ср", "четверг чт", "пятница пятницу пт", "суббота субботу сб", "воскресенье вс"] },
];

/// Monday to Sunday in Japanese and Chinese.
const SIGNS: [[char; 2]; 7] = [
    ['月', '一'],
    ['火', '二'],
    ['水', '三'],
    ['木', '四'],
    ['金', '五'],
    ['土', '六'],
    ['日', '天'],
];

/// Which of several: `second`, `zweiten`, `deuxième`; the last is -1.
#[rustfmt::skip]
const ORDINALS: [(&str, i8); 72] = [
    ("first", 1), ("1st", 1), ("second", 2), ("2nd", 2), ("third", 3), ("3rd", 3), ("fourth", 4), ("4th", 4), ("last", -1),
    ("ersten", 1), ("erster", 1), ("zweiten", 2), ("zweiter", 2), ("dritten", 3), ("dritter", 3), ("vierten", 4), ("vierter", 4), ("letzten", -1), ("letzter", -1),
    ("premier", 1), ("1er", 1), ("deuxieme", 2), ("2eme", 2), ("2e", 2), ("troisieme", 3), ("3eme", 3), ("3e", 3), ("quatrieme", 4), ("4eme", 4), ("4e", 4), ("dernier", -1),
    ("primer", 1), ("primero", 1), ("segundo", 2), ("tercer", 3), ("tercero", 3), ("cuarto", 4), ("ultimo", -1),
    ("primeira", 1), ("primeiro", 1), ("segunda", 2), ("terceira", 3), ("terceiro", 3), ("quarta", 4), ("quarto", 4), ("ultima", -1),
    ("primo", 1), ("secondo", 2), ("terzo", 3), ("eerste", 1), ("tweede", 2), ("derde", 3), ("vierde", 4), ("laatste", -1),
    ("pierwszy", 1), ("drugi", 2), ("trzeci", 3), ("czwarty", 4), ("ostatni", -1), ("prvni", 1), ("druhy", 2), ("druhou", 2), ("treti", 3), ("ctvrty", 4), ("posledni", -1),
    ("forsta", 1), ("andra", 2), ("tredje", 3), ("fjarde", 4), ("sista", -1), ("segon", 2), ("darrer", -1),
];

/// What says "every".
#[rustfmt::skip]
const EVERY: [&str; 32] = [
    "every", "each", "jeden", "jede", "jedes", "chaque", "tous", "toutes", "cada", "todos", "todas", "ogni", "tutti", "elke", "iedere",
    "kazdy", "kazda", "kazde", "kazdou", "każdy", "varje", "hver", "каждыи", "каждую", "каждое", "cada-um", "immer", "alle", "tots", "monthly", "weekly", "tout",
];

/// What says "month", as in "of the month".
#[rustfmt::skip]
const MONTH: [&str; 22] = [
    "month", "monat", "monats", "mois", "mes", "mese", "maand", "miesiaca", "miesiac", "miesiacu", "mesice", "mesici", "manad", "manaden", "maned", "maneden", "месяца", "months", "monthly", "monatlich", "mensal", "meses",
];

/// Folded: lower case, without accents.
pub(super) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd()
        .filter(|char| !is_combining_mark(*char))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The words that a page's languages know.
pub(super) struct Words {
    months: HashMap<&'static str, u32>,
    weekdays: HashMap<&'static str, Weekday>,
    ordinals: HashMap<&'static str, i8>,
}

impl Words {
    /// Those of a page, by its `lang` and the beginning of its text: its languages are the declared one, English, and
    /// each in which the text names a month or a weekday in full.
    pub(super) fn of(declared: &str, text: &str) -> Words {
        let mut long: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (place, language) in LANGUAGES.iter().enumerate() {
            for word in language.all().filter(|word| is_long(word)) {
                long.entry(word).or_default().push(place);
            }
        }
        let mut spoken: Vec<bool> = LANGUAGES
            .iter()
            .map(|language| language.name == "en" || declared.starts_with(language.name))
            .collect();
        for word in text.split(|char: char| !char.is_alphabetic()) {
            for place in long.get(folded(word).as_str()).into_iter().flatten() {
                spoken[*place] = true;
            }
        }
        let mut words = Words {
            months: HashMap::new(),
            weekdays: HashMap::new(),
            ordinals: ORDINALS.into_iter().collect(),
        };
        for (language, spoken) in LANGUAGES.iter().zip(&spoken) {
            let counts = |word: &&str| *spoken || is_long(word);
            for (month, forms) in (1..).zip(language.months) {
                for form in forms.split(' ').filter(counts) {
                    words.months.entry(form).or_insert(month);
                }
            }
            for (weekday, forms) in week().zip(language.weekdays) {
                for form in forms.split(' ').filter(counts) {
                    words.weekdays.entry(form).or_insert(weekday);
                }
            }
        }
        words
    }

    /// The month that a folded word means.
    pub(super) fn month(&self, word: &str) -> Option<u32> {
        self.months.get(word).copied()
    }

    /// The day of the week that a folded word means.
    pub(super) fn weekday(&self, word: &str) -> Option<Weekday> {
        self.weekdays.get(word).copied()
    }

    /// Which of several a folded word means: 1 to 4, or -1 for the last.
    pub(super) fn ordinal(&self, word: &str) -> Option<i8> {
        self.ordinals.get(word).copied()
    }
}

impl Language {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        let months = self.months.into_iter().flat_map(|forms| forms.split(' '));
        let weekdays = self.weekdays.into_iter();
        months.chain(weekdays.flat_map(|forms| forms.split(' ')))
    }
}

fn is_long(word: &str) -> bool {
    let is_known = SHORT.contains(&word) || !word.is_ascii() && word.chars().count() + 1 >= LONG;
    is_known || word.chars().count() >= LONG && !AMBIGUOUS.contains(&word)
}

fn week() -> impl Iterator<Item = Weekday> {
    (0..7_u8).filter_map(|day| Weekday::try_from(day).ok())
}

/// The day of the week of a Japanese or Chinese sign.
pub(super) fn weekday_of_sign(sign: char) -> Option<Weekday> {
    let place = SIGNS.iter().position(|signs| signs.contains(&sign))?;
    week().nth(place)
}

/// Whether a folded word says "every".
pub(super) fn is_every(word: &str) -> bool {
    EVERY.contains(&word)
}

/// Whether a folded word says "month".
pub(super) fn is_month(word: &str) -> bool {
    MONTH.contains(&word)
}
