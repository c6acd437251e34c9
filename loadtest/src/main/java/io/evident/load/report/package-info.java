/** What a run brought, for people and for programs. */
package io.evident.load.report;
