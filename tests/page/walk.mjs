// Walks the pages of a running demo as its users do, in a real browser. Arguments: address, password, Lever's address, Lever's key,
// folder for pictures, address that lets somebody in once; address of a Lever that has a sign-in, and its app. Of the demo's company: sam
// (sourcer), olga (operator), ada (admin); of a second one, acme, with badges of the same people: eve (admin); of the installation: inge.
// Prints a line a step; ends with 1 where one failed.
import { browser, complaints, must, result, step } from "./browser.mjs";

// One after the other: what one does the next one sees.
await import("./sourcer.mjs");
await import("./operator.mjs");
await step("nothing that a browser complains of", async () => must(complaints.length === 0, complaints.slice(0, 5).join("\n")));
await browser.close();
process.exit(result.failed === 0 ? 0 : 1);
