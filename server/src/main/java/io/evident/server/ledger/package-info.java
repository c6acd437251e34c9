/** When the server writes its ledger. */
package io.evident.server.ledger;
