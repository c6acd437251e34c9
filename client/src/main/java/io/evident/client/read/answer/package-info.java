/**
 * What comes back from Evident: events, numbers, and the reasons why there is no answer, with the code that reads them. Begin
 * with {@code io.evident.client.read.AuditReader}.
 */
package io.evident.client.read.answer;
