//! The words that a section is printed with where the configuration names a language and no words of its own.

use super::super::{Newsletter, SectionStyle, Settings};
use crate::section::style::{Heading, Style};

/// The words of one language.
///
/// They do not stand in `data/words` beside those of the pages: three of these languages have no pages, a word that is
/// missing here does not compile, and headings differ from what pages call a region ("Online", "Virtual").
struct Words {
    /// As HTML names it, without a region.
    language: &'static str,
    heading: &'static str,
    line: &'static str,
    virtual_label: &'static str,
    hybrid_label: &'static str,
    /// In the order of [`Heading::all`].
    names: [&'static str; 7],
    calls_heading: &'static str,
    no_calls: &'static str,
}

#[rustfmt::skip]
const LANGUAGES: &[Words] = &[
    Words {
        language: "en",
        heading: "## Upcoming Events",
        line: "Events between {from} - {to}",
        virtual_label: "Virtual",
        hybrid_label: "Hybrid",
        names: ["Virtual", "Africa", "Asia", "Europe", "North America", "Oceania", "South America"],
        calls_heading: "### CFP - Events",
        no_calls: "*No calls for papers were submitted.*",
    },
    Words {
        language: "de",
        heading: "## Termine",
        line: "Termine vom {from} bis {to}",
        virtual_label: "Online",
        hybrid_label: "Hybrid",
        names: ["Online", "Afrika", "Asien", "Europa", "Nordamerika", "Ozeanien", "Südamerika"],
        calls_heading: "### Calls for Papers",
        no_calls: "*Zurzeit sind keine Calls for Papers offen.*",
    },
    Words {
        language: "es",
        heading: "## Próximos eventos",
        line: "Eventos del {from} al {to}",
        virtual_label: "Virtual",
        hybrid_label: "Híbrido",
        names: ["Virtual", "África", "Asia", "Europa", "América del Norte", "Oceanía", "América del Sur"],
        calls_heading: "### Convocatorias de ponencias",
        no_calls: "*No hay convocatorias abiertas.*",
    },
    Words {
        language: "fr",
        heading: "## Événements à venir",
        line: "Événements du {from} au {to}",
        virtual_label: "En ligne",
        hybrid_label: "Hybride",
        names: ["En ligne", "Afrique", "Asie", "Europe", "Amérique du Nord", "Océanie", "Amérique du Sud"],
        calls_heading: "### Appels à conférences",
        no_calls: "*Aucun appel à conférences n’est ouvert.*",
    },
    Words {
        language: "it",
        heading: "## Prossimi eventi",
        line: "Eventi dal {from} al {to}",
        virtual_label: "Online",
        hybrid_label: "Ibrido",
        names: ["Online", "Africa", "Asia", "Europa", "Nord America", "Oceania", "Sud America"],
        calls_heading: "### Call for papers",
        no_calls: "*Nessuna call for papers è aperta.*",
    },
    Words {
        language: "nl",
        heading: "## Agenda",
        line: "Evenementen van {from} tot en met {to}",
        virtual_label: "Online",
        hybrid_label: "Hybride",
        names: ["Online", "Afrika", "Azië", "Europa", "Noord-Amerika", "Oceanië", "Zuid-Amerika"],
        calls_heading: "### Calls for papers",
        no_calls: "*Er zijn geen calls for papers open.*",
    },
    Words {
        language: "pl",
        heading: "## Nadchodzące wydarzenia",
        line: "Wydarzenia od {from} do {to}",
        virtual_label: "Online",
        hybrid_label: "Hybrydowo",
        names: ["Online", "Afryka", "Azja", "Europa", "Ameryka Północna", "Oceania", "Ameryka Południowa"],
        calls_heading: "### Call for papers",
        no_calls: "*Brak otwartych naborów prelekcji.*",
    },
    Words {
        language: "pt",
        heading: "## Próximos eventos",
        line: "Eventos de {from} a {to}",
        virtual_label: "Online",
        hybrid_label: "Híbrido",
        names: ["Online", "África", "Ásia", "Europa", "América do Norte", "Oceania", "América do Sul"],
        calls_heading: "### Chamadas de trabalhos",
        no_calls: "*Nenhuma chamada de trabalhos está aberta.*",
    },
];

/// The languages that have words.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|words| words.language)
}

/// The language of most of a section's words; `None` if two headings are of none, or as many words are of two: several
/// languages say "Online" and "Europa". The English words are the default and need no name.
pub fn language_of(style: &Style) -> Option<&'static str> {
    let english = LANGUAGES.first()?;
    let headings = |words: &Words| {
        let known = Heading::all().zip(words.names);
        let same = known
            .filter(|(heading, name)| *name != heading.name() && style.names.of(*heading) == *name);
        same.count()
    };
    let further = |words: &Words| {
        let pairs = [
            (
                words.hybrid_label,
                english.hybrid_label,
                &style.hybrid_label,
            ),
            (words.heading, english.heading, &style.heading),
        ];
        let same = pairs.into_iter();
        let same = same.filter(|(own, english, is)| own != english && own == is);
        same.count() + usize::from(shares_a_word(words.line, &style.line))
    };
    let fits = LANGUAGES
        .iter()
        .filter(|words| words.virtual_label == style.virtual_label && headings(words) > 1);
    let mut points: Vec<(usize, &str)> = fits
        .map(|words| (headings(words) + further(words), words.language))
        .collect();
    points.sort_unstable();
    match &points[..] {
        [.., (second, _), (first, _)] if first == second => None,
        points => points.last().map(|(_, language)| *language),
    }
}

/// Whether a line has a word of another, "Evenementen", that is long enough not to be chance.
fn shares_a_word(one: &str, other: &str) -> bool {
    let words = |line: &'_ str| -> Vec<String> {
        let words = line.split(|char: char| !char.is_alphabetic());
        let long = words.filter(|word| word.chars().count() > 4);
        long.map(str::to_lowercase).collect()
    };
    let other = words(other);
    words(one).iter().any(|word| other.contains(word))
}

/// The section's style where the configuration names this language and nothing else.
pub fn style_in(language: Option<&str>) -> SectionStyle {
    let settings = Settings::default();
    let newsletter = Newsletter {
        language: language.map(str::to_owned),
        ..settings.newsletter
    };
    defaults(&newsletter, settings.section)
}

/// The defaults of the newsletter's section: for a language with words those, for another the English ones.
pub(super) fn defaults(newsletter: &Newsletter, default: SectionStyle) -> SectionStyle {
    let Some(written) = &newsletter.language else {
        return default;
    };
    let language = written.split('-').next().unwrap_or_default();
    let own = LANGUAGES.iter().find(|words| words.language == language);
    let Some(words) = own.or(LANGUAGES.first()) else {
        return default;
    };
    let mut names = default.names;
    for (heading, name) in Heading::all().zip(words.names) {
        names.set(heading, name.to_owned());
    }
    SectionStyle {
        heading: words.heading.to_owned(),
        line: words.line.to_owned(),
        names,
        virtual_label: words.virtual_label.to_owned(),
        hybrid_label: words.hybrid_label.to_owned(),
        calls_heading: words.calls_heading.to_owned(),
        no_calls: words.no_calls.to_owned(),
        ..default
    }
}
