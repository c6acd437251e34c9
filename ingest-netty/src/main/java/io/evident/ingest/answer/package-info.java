/** Answers to events on their way from who gives them to who writes them, whichever protocol that is in. */
package io.evident.ingest.answer;
