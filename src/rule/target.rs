//! Systems that codes are carried into (`targets = ["u8", "bc"]`), and what each can hold.

/// A system that a rule file can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// As the rule file names it.
    pub name: &'static str,
    /// For people, with the field that takes the code.
    pub title: &'static str,
    /// What the field holds.
    pub limits: &'static [Limit],
}

/// What a field of another system holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The limit itself.
    pub kind: LimitKind,
    /// Read in the system's own documents or source; otherwise it is what people who use the system
    /// say.
    pub verified: bool,
}

/// The kinds of limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// At most so many characters.
    Length(usize),
    /// Lower-case letters become capitals.
    Capitals,
}

/// Every target, by name.
pub const TARGETS: [Target; 4] = [
    Target {
        name: "bc",
        title: "Business Central (No., Code[20])",
        limits: &[
            Limit { kind: LimitKind::Length(20), verified: true },
            Limit { kind: LimitKind::Capitals, verified: false },
        ],
    },
    Target {
        name: "erpnext",
        title: "ERPNext (name)",
        limits: &[Limit { kind: LimitKind::Length(140), verified: false }],
    },
    Target {
        name: "sap",
        title: "SAP (KUNNR)",
        limits: &[
            Limit { kind: LimitKind::Length(10), verified: false },
            Limit { kind: LimitKind::Capitals, verified: false },
        ],
    },
    Target {
        name: "u8",
        title: "用友 U8 (cCusCode)",
        limits: &[Limit { kind: LimitKind::Length(20), verified: false }],
    },
];

impl Target {
    /// The target of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_sorted_and_only_one_limit_is_vouched_for() {
        assert!(TARGETS.is_sorted_by_key(|target| target.name));
        let vouched = TARGETS.iter().flat_map(|target| target.limits).filter(|limit| limit.verified);
        assert_eq!(vouched.count(), 1);
        assert_eq!(Target::named("u8").map(|target| target.limits[0].verified), Some(false));
        assert_eq!(Target::named("oracle"), None);
    }
}
