//! What a company does with codes.
