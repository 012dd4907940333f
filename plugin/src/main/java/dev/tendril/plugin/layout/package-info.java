/// What interfaces of C have in common: where fields are, and what numbers of states mean.
package dev.tendril.plugin.layout;
