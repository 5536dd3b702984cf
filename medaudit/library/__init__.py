"""The library of official points: published sheets in, tables of knowledge out, with where each row comes from."""
