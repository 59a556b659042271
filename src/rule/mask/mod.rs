//! Numbering masks of other systems → a rule file that does the same, or exactly what cannot be
//! carried over.
//!
//! Each system has a file that reads its masks into `parts`; `write` makes the text of a rule file
//! of them, which is loaded and proved before anybody sees it.

mod braces;
mod dataverse;
mod dolibarr;
mod frappe;
mod odoo;
mod parts;
mod salesforce;
mod write;

#[cfg(test)]
mod tests;

pub use parts::Period;

use self::parts::Reader;
use super::{Bundle, Diagnostic, Diagnostics, Origin, ProvedBook};

/// A system whose masks are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Odoo: prefix, `%(seq)05d` for the number, suffix.
    Odoo,
    /// Frappe and `ERPNext`: a naming series.
    Frappe,
    /// Dolibarr: the mask of the module "elephant".
    Dolibarr,
    /// Salesforce: the display format of an auto number.
    Salesforce,
    /// Microsoft Dataverse (Dynamics 365): the format of an autonumber column.
    Dataverse,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 5] = [Self::Odoo, Self::Frappe, Self::Dolibarr, Self::Salesforce, Self::Dataverse];

    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Odoo => "odoo",
            Self::Frappe => "frappe",
            Self::Dolibarr => "dolibarr",
            Self::Salesforce => "salesforce",
            Self::Dataverse => "dataverse",
        }
    }

    /// What its maker calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Odoo => "Odoo",
            Self::Frappe => "Frappe",
            Self::Dolibarr => "Dolibarr",
            Self::Salesforce => "Salesforce",
            Self::Dataverse => "Dataverse",
        }
    }

    /// What one of its masks looks like.
    pub fn example(self) -> &'static str {
        match self {
            Self::Odoo => "CUST/%(year)s/%(seq)05d",
            Self::Frappe => "CUST-.YYYY.-.#####",
            Self::Dolibarr => "C{yy}{mm}-{0000@99}",
            Self::Salesforce => "A-{00000}",
            Self::Dataverse => "C-{DATETIMEUTC:yyyyMM}-{SEQNUM:6}",
        }
    }

    /// The system of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.name() == name)
    }
}

/// A mask, and what it does not say itself.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Whose mask it is.
    pub system: System,
    /// The mask as the system shows it.
    pub mask: &'a str,
    /// What the rule is called.
    pub rule: &'a str,
    /// The time zone of printed dates, when somebody gave one.
    pub timezone: Option<&'a str>,
    /// The time zone that stands in for one that is not given.
    pub local_timezone: &'a str,
    /// When the number begins again, where that is set apart from the mask (Odoo's date ranges).
    pub reset: Option<Period>,
    /// Fields of the record with the characters that each prints.
    pub fields: &'a [(String, usize)],
}

/// A rule file that does what the mask did.
#[derive(Debug)]
pub struct Carried {
    /// Its text.
    pub text: String,
    /// The pattern of its rule.
    pub pattern: String,
    /// What a person should know before using it; the text says it too.
    pub notes: Vec<String>,
}

/// Why a mask did not become a rule file.
#[derive(Debug)]
pub enum Refusal {
    /// Parts of the mask cannot be carried over; the file of the findings is the mask.
    Mask(Diagnostics),
    /// Every part can, but the rule file of them does not hold.
    Rules(Diagnostics),
}

/// Longest mask, in bytes: no system has a longer one, and no code is as long.
const LONGEST: usize = 1024;

fn too_long(request: &Request<'_>) -> Diagnostics {
    // The mask itself would fill the screen.
    let shown: String = request.mask.chars().take(40).chain("…".chars()).collect();
    let message = format!("the mask has {} bytes; at most {LONGEST} are possible", request.mask.len());
    let finding = Diagnostic::error("mask", 0..shown.len(), message)
        .hint(format!("write it as the system shows it, e.g. {}", request.system.example()));
    Diagnostics::new(vec![finding], vec![("mask".to_owned(), shown)])
}

/// Carries a mask over.
///
/// # Errors
/// Every part that cannot be carried over, at once; or what the prover found in the rule of them.
pub fn carry_over(request: &Request<'_>) -> Result<Carried, Refusal> {
    if request.mask.len() > LONGEST {
        return Err(Refusal::Mask(too_long(request)));
    }
    let mut reader = Reader::new(request);
    match request.system {
        System::Odoo => odoo::read(&mut reader),
        System::Frappe => frappe::read(&mut reader),
        System::Dolibarr => dolibarr::read(&mut reader),
        System::Salesforce => salesforce::read(&mut reader),
        System::Dataverse => dataverse::read(&mut reader),
    }
    let read = reader.finish().map_err(|findings| {
        Refusal::Mask(Diagnostics::new(findings, vec![("mask".to_owned(), request.mask.to_owned())]))
    })?;
    let (text, pattern) = write::rule_file(request, &read);
    let files = vec![("rules.toml".to_owned(), text.clone())];
    ProvedBook::load(Bundle::new(Origin::BuiltIn, files)).map_err(Refusal::Rules)?;
    Ok(Carried { text, pattern, notes: read.notes })
}
