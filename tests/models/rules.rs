//! Random rule files beside a prover that enumerates every code.
